"""Keeps what children typed private to this process: no core dump, and no other process of the same user may read its
memory."""

import ctypes
import sys

PR_SET_DUMPABLE = 4  # the constant of that name in <linux/prctl.h>


def keep_memory_private() -> bool:
    """From now on no other process of this user may attach to this one or read its memory, root's apart.

    Processes that are forked from it are as private; one that runs another program is not. False where the system
    has no such switch (it is Linux's).
    """
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
