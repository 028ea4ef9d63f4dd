"""The long run: batches of inputs on a few processes, each with bounded memory."""

from __future__ import annotations

import faulthandler
import resource
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from types import FrameType

from tests.fuzz.check import fault
from tests.fuzz.inputs import made

_BATCH = 1_000
_READ_TWICE_EVERY = 50
_MOST_MEMORY = 256 * 1024 * 1024
_HANGS_AFTER = 20
_STUCK_AFTER = 600  # seconds for a whole batch: a wait that no signal of CPU time would end
_FINDINGS = Path("fuzz-findings")
_MOST_FINDINGS = 50

Faults = list[tuple[int, str]]


@dataclass(frozen=True)
class Batch:
    """Inputs ``start`` to ``start + count`` of a seed."""

    seed: int
    start: int
    count: int


class HangError(BaseException):
    """An input took so long that it was given up."""


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise HangError


def _prepare() -> None:
    """Bound the process: what it has after warming up, and 256 MiB for any page."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _give_up)
    for number in range(300):
        fault(made(0, number), twice=True)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + _MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def tried(batch: Batch) -> Faults:
    """The faults among a batch of inputs: number and what is wrong."""
    faults: Faults = []
    for number in range(batch.start, batch.start + batch.count):
        signal.setitimer(signal.ITIMER_PROF, _HANGS_AFTER)
        try:
            told = fault(made(batch.seed, number), twice=number % _READ_TWICE_EVERY == 0)
        except HangError:
            told = f"took more than {_HANGS_AFTER} s"
        if told:
            faults.append((number, told))
    signal.setitimer(signal.ITIMER_PROF, 0)
    return faults


def work(batches: list[Batch], told: Connection) -> None:
    """One process's share of the run; each batch is told when it is done."""
    _prepare()
    for batch in batches:
        faulthandler.dump_traceback_later(_STUCK_AFTER, exit=True)
        told.send((batch, tried(batch)))
    faulthandler.cancel_dump_traceback_later()
    told.close()


def _batches(seed: int, start: int, count: int) -> Iterator[Batch]:
    for first in range(start, start + count, _BATCH):
        yield Batch(seed, first, min(_BATCH, start + count - first))


@dataclass
class _Progress:
    """What is done so far."""

    seed: int
    start: int
    count: int
    began: float
    done: dict[int, int] = field(default_factory=dict)
    faults: int = 0

    def add(self, batch: Batch, faults: Faults) -> None:
        self.done[batch.start] = batch.count
        self.faults += len(faults)
        for number, told in faults:
            _keep(batch.seed, number, told)
        print(f"\r{self}", end="", flush=True)

    @property
    def next(self) -> int:
        """The first input that was not tried yet."""
        at = self.start
        while at in self.done:
            at += self.done[at]
        return at

    @property
    def seconds(self) -> float:
        return monotonic() - self.began

    def __str__(self) -> str:
        tried = sum(self.done.values())
        rate = tried / self.seconds
        return f"{tried:,} of {self.count:,} inputs, {self.faults} faults, {rate:,.0f}/s"


def _keep(seed: int, number: int, told: str) -> None:
    _FINDINGS.mkdir(exist_ok=True)
    path = _FINDINGS / f"{seed}-{number}.input"
    path.write_bytes(made(seed, number).body)
    print(f"\n{path}: {told}", flush=True)


def run(seed: int, start: int, count: int, seconds: float, at_once: int) -> int:
    """Try inputs until ``count`` are done, or after ``seconds``; the number of faults."""
    progress = _Progress(seed, start, count, monotonic())
    spawn = get_context("spawn")
    batches = list(_batches(seed, start, count))
    readers = []
    processes = []
    for share in range(at_once):
        reader, writer = spawn.Pipe(duplex=False)
        share_of_all = batches[share::at_once]
        process = spawn.Process(target=work, args=(share_of_all, writer), daemon=True)
        process.start()
        writer.close()
        readers.append(reader)
        processes.append(process)
    _listen(readers, progress, seconds)
    died = sum(process.exitcode not in (None, 0) for process in processes)
    for process in processes:
        process.terminate()
        process.join()
    print(f"\n{progress}, seed {seed} from {start}; {died} processes died")
    print(f"go on with --seed {seed} --start {progress.next}")
    return progress.faults + died


def _listen(readers: list[Connection], progress: _Progress, seconds: float) -> None:
    while readers and progress.seconds < seconds and progress.faults < _MOST_FINDINGS:
        for reader in wait(readers, timeout=10):
            assert isinstance(reader, Connection)
            try:
                progress.add(*reader.recv())
            except EOFError:
                readers.remove(reader)
