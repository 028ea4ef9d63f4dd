"""``serve`` in this process, ended by a signal to it."""

import os
import signal
import threading

from tests.cli.program import Jobdiff


def stop_when_it_listens(ended: threading.Event) -> None:
    """Send SIGTERM once somebody handles it."""
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        if ended.wait(0.01):
            return
    os.kill(os.getpid(), signal.SIGTERM)


def test_serve_ends_cleanly_at_sigterm(jobdiff: Jobdiff) -> None:
    ended = threading.Event()
    stopper = threading.Thread(target=stop_when_it_listens, args=(ended,))
    stopper.start()
    try:
        done = jobdiff("serve")
    finally:
        ended.set()
        stopper.join()
    assert (done.code, done.out) == (0, "")
    assert done.err.rstrip().endswith("stopped")
