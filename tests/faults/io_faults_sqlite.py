"""The system calls of the very SQLite that Python uses, so that each can be made to fail without a compiler."""

import _sqlite3
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.faults.io_faults_calls import Faults

IOERR_FSYNC = 10 | (4 << 8)
LONG, INT, TEXT, POINTER = ctypes.c_int64, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p
# What SQLite lets a test replace, and how it is called.
CALLS = {
    "open": (INT, TEXT, INT, INT),
    "write": (ctypes.c_ssize_t, INT, POINTER, ctypes.c_size_t),
    "pwrite": (ctypes.c_ssize_t, INT, POINTER, ctypes.c_size_t, LONG),
    "pwrite64": (ctypes.c_ssize_t, INT, POINTER, ctypes.c_size_t, LONG),
    "ftruncate": (INT, INT, LONG),
    "fallocate": (INT, INT, LONG, LONG),
    "unlink": (INT, TEXT),
}
# A name is a pointer here: SQLite keeps more behind its end.
OPEN = ctypes.CFUNCTYPE(INT, POINTER, POINTER, POINTER, INT, POINTER)
SYNC = ctypes.CFUNCTYPE(INT, POINTER, INT)


class _Layer(ctypes.Structure):
    """struct sqlite3_vfs."""

    _fields_ = (
        [("version", INT), ("file_size", INT), ("longest_path", INT)]
        + [(name, POINTER) for name in ("next", "name", "app", "open")]
        + [(f"_{number}", POINTER) for number in range(12)]
        + [(name, POINTER) for name in ("set_call", "get_call", "next_call")]
    )


class _Methods(ctypes.Structure):
    """struct sqlite3_io_methods."""

    _fields_ = (
        [("version", INT)]
        + [(f"_{number}", POINTER) for number in range(4)]
        + [("sync", POINTER)]
        + [(f"__{number}", POINTER) for number in range(13)]
    )


def why_not() -> str:
    """Why the calls of this SQLite cannot be reached; empty where they can."""
    try:
        found = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
    except (AttributeError, OSError):
        return "this Python hides its SQLite, so that no call of it can be made to fail"
    found.restype = POINTER
    return "" if found(None) else "this SQLite has no files"


# Kept for ever: a file that is still open calls them although the trial is over.
_kept: list[object] = []
_paths: dict[int, str] = {}


@contextmanager
def replaced(faults: Faults) -> Iterator[None]:
    """While it is open, every file that SQLite opens asks `faults` before each call that could fail."""
    find = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
    find.restype = POINTER
    layer = _Layer.from_address(find(None))
    set_call = ctypes.CFUNCTYPE(INT, POINTER, TEXT, POINTER)(layer.set_call)
    get_call = ctypes.CFUNCTYPE(POINTER, POINTER, TEXT)(layer.get_call)
    address, opened = ctypes.addressof(layer), layer.open
    for name, kind in CALLS.items():
        if real := get_call(address, name.encode()):
            shape = ctypes.CFUNCTYPE(*kind, use_errno=True)
            mine = shape(_asking(faults, name, shape(real)))
            _kept.append(mine)
            assert set_call(address, name.encode(), ctypes.cast(mine, POINTER)) == 0
    open_file = OPEN(_opening(faults, OPEN(opened)))
    _kept.append(open_file)
    layer.open = ctypes.cast(open_file, POINTER).value
    try:
        yield
    finally:
        layer.open = opened
        set_call(address, None, None)


def _asking(faults: Faults, name: str, real: "ctypes._FuncPointer") -> Callable[..., int]:
    """The call that asks first; a file is known by the path it was opened with."""
    fds = faults.fds

    def call(first: bytes | int, *rest: int) -> int:
        path = os.fsdecode(first) if isinstance(first, bytes) else fds.get(first, "")
        harmless = name == "open" and not rest[0] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        number = 0 if harmless else faults.strikes(name, path)
        if number:
            ctypes.set_errno(number)
            return -1
        answer: int = real(first, *rest)
        if name == "open" and answer >= 0:
            fds[answer] = path
        return answer

    return call


def _opening(faults: Faults, real: "ctypes._FuncPointer") -> Callable[..., int]:
    """Open a file and put our sync in the place of its own."""

    def open_file(layer: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        answer: int = real(layer, name, file, flags, out)
        methods = POINTER.from_address(file)
        if answer == 0 and name and methods.value:
            _paths[file] = os.fsdecode(ctypes.string_at(name))
            methods.value = ctypes.addressof(_with_our_sync(faults, methods.value))
        return answer

    return open_file


def _with_our_sync(faults: Faults, address: int) -> _Methods:
    methods = _Methods.from_buffer_copy(_Methods.from_address(address))
    real = SYNC(methods.sync)

    def sync(file: int, flags: int) -> int:
        return IOERR_FSYNC if faults.strikes("fsync", _paths[file]) else int(real(file, flags))

    mine = SYNC(sync)
    methods.sync = ctypes.cast(mine, POINTER).value
    _kept.append((methods, mine))
    return methods
