"""A piece of work that is killed with SIGKILL at an instant by lot."""

import os
import random
import signal
import time
from collections.abc import Callable


def killed(work: Callable[[], object], within: float) -> bool:
    """Do some work in a child process that is killed at most so many seconds later; whether it was, or had ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(random.uniform(0, within))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
