import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.program import Jobdiff, Lived

CHECKS = {
    "Python", "configuration", "clock", "store", "space", "boards", "reading", "time zones",
    "network guard", "alerts",
}  # fmt: skip


def test_migrate_says_from_where_to_where(jobdiff: Jobdiff, alone: Path) -> None:
    made = jobdiff("migrate", "--database", "sqlite:///new.db")
    assert made.code == 0
    assert made.out.startswith(f"{alone / 'new.db'}: from nothing to 0")
    again = jobdiff("migrate", "--database", "sqlite:///new.db")
    assert "already; nothing to do" in again.out


def test_migrate_in_json_has_both_revisions(jobdiff: Jobdiff, lived: Lived) -> None:
    [told] = jobdiff("migrate", "--json").objects("jobdiff.migration/1")
    assert told["from"] == told["to"]
    assert told["store"] == str(lived.store)


def test_doctor_finds_a_healthy_installation_healthy(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("doctor", "--json")
    findings = told.objects("jobdiff.doctor/1")
    assert {finding["check"] for finding in findings} == CHECKS
    assert [finding for finding in findings if not finding["ok"]] == []
    assert told.code == 0


def test_doctor_is_a_line_a_check(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("doctor")
    assert told.code == 0
    assert len(told.out.splitlines()) == len(CHECKS)
    assert all(line.startswith("ok  ") for line in told.out.splitlines())


def test_doctor_goes_on_after_a_failure_and_exits_1(jobdiff: Jobdiff, lived: Lived) -> None:
    lived.store.write_bytes(b"not a database at all" * 1000)
    told = jobdiff("doctor", "--json")
    found = {finding["check"]: finding for finding in told.objects()}
    assert told.code == 1
    assert not found["store"]["ok"]
    assert str(lived.store) in found["store"]["detail"]
    assert found["reading"]["ok"]


def test_doctor_names_the_key_of_a_bad_configuration(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "jobdiff.toml").write_text('[crawler]\ndealy = "1s"\n')
    told = jobdiff("doctor")
    assert told.code == 1
    [line] = [line for line in told.out.splitlines() if "configuration" in line]
    assert line.startswith("FAIL")
    assert "dealy" in line


def test_doctor_names_a_rule_that_tells_nobody(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "jobdiff.toml").write_text('[[rules]]\nname = "lonely"\n')
    told = jobdiff("doctor")
    assert told.code == 1
    assert "lonely" in told.out


def test_a_store_of_a_newer_version_is_left_alone(jobdiff: Jobdiff, lived: Lived) -> None:
    with closing(sqlite3.connect(lived.store)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    refused = jobdiff("migrate")
    assert refused.code == 2
    assert "newer jobdiff" in refused.err
    assert len(refused.err.splitlines()) == 1


def test_doctor_tells_what_the_configuration_has(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "jobdiff.toml").write_text(
        '[[channels]]\nname = "me"\nurl = "json://localhost"\n[[rules]]\nname = "all"\n'
    )
    told = jobdiff("doctor", "--database", "sqlite:///jobs.db")
    assert told.code == 0
    assert "0 boards, 1 channel, 1 rule; no contact for site owners" in told.out
    assert "1 rule over 1 channel" in told.out
    assert "lets the crawler go to private addresses" in told.out


def test_doctor_warns_of_a_full_disk(
    jobdiff: Jobdiff, lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jobdiff("doctor").code == 0
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1024**2))
    told = jobdiff("doctor")
    assert told.code == 1
    assert "only 1 MB free beside" in told.out


def test_doctor_names_boards_that_need_a_look(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("doctor", "--now", "2026-04-01T00:00:00Z")
    assert "2 watched; look at Birchline Robotics, Harbour & Crumb" in told.out
