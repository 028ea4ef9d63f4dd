# Everything from a fresh clone, with nothing but Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := alerts crawler jobdiff postings scheduler storage web

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench fuzz torture soak simulate requirements clean

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "jobdiff needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml $(VENV)/.made
	@echo "Installing jobdiff and what it needs into $(VENV) (once; a minute or so) ..."
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --no-build-isolation --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing the tools of the tests into $(VENV) (once; half a minute or so) ..."
	@$(PIP) install --no-build-isolation --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.runtime  ## five simulated days of two small career sites, on loopback
	@$(BIN)/jobdiff demo

WORKERS ?= 2
test: $(VENV)/.dev  ## the whole suite, with branch coverage (WORKERS processes side by side)
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --cov --cov-report=
	@$(BIN)/python -m coverage report --fail-under=90
	@$(BIN)/python -m coverage report --include='postings/*' --fail-under=100 > /dev/null || \
	  { $(BIN)/python -m coverage report --include='postings/*'; echo "postings/ is tested to 100 %"; exit 1; }

lint: $(VENV)/.dev  ## ruff, mypy --strict and the import contracts
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > /dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }

format: $(VENV)/.dev  ## let ruff write the style
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

bench: $(VENV)/.dev  ## what reading and crawling cost, beside extruct and plain Scrapy
	@$(BIN)/python -m benchmarks

FUZZ_COUNT ?= 2000000
FUZZ_SEED ?= 1
FUZZ_START ?= 0
FUZZ_PROCESSES ?= 2
fuzz: $(VENV)/.dev  ## two million mutated pages through the reader (FUZZ_COUNT, FUZZ_SEED, FUZZ_START, FUZZ_PROCESSES)
	@$(BIN)/python -m tests.fuzz --count $(FUZZ_COUNT) --seed $(FUZZ_SEED) --start $(FUZZ_START) \
	  --processes $(FUZZ_PROCESSES)

TORTURE_KILLS ?= 500
TORTURE_BOARDS ?= 500
TORTURE_SEED ?= 1
torture: $(VENV)/.dev  ## kill -9 of a daemon at 500 random points; two daemons, one killed (TORTURE_KILLS, …_BOARDS, …_SEED)
	@$(BIN)/python -m tests.torture.kills --kills $(TORTURE_KILLS) --seed $(TORTURE_SEED)
	@$(BIN)/python -m tests.torture.pairs --boards $(TORTURE_BOARDS) --seed $(TORTURE_SEED)

SOAK_BOARDS ?= 2000
SOAK_CYCLES ?= 20
SOAK_LIMIT ?= 7200
soak: $(VENV)/.dev  ## 2,000 boards crawled 20 times: memory and descriptors stay flat (SOAK_BOARDS, SOAK_CYCLES, SOAK_LIMIT seconds)
	@$(BIN)/python -m tests.torture.soak --boards $(SOAK_BOARDS) --cycles $(SOAK_CYCLES) --limit $(SOAK_LIMIT)

simulate: $(VENV)/.dev  ## a thousand made-up boards over ninety days, judged against the truth
	@$(BIN)/python -m tests.simulator

requirements:  ## pin the requirement files anew (needs uv)
	@for kind in build runtime dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-header \
	    --no-annotate --upgrade requirements/$$kind.in -o requirements/$$kind.txt; done

clean:  ## remove what was made
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
