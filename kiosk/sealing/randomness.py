"""The only source of randomness for everything that is stored sealed."""

import os


def random_bytes(size: int) -> bytes:
    """`size` bytes from the system, asked for at each call so that a test can seed them (promise A1)."""
    return os.urandom(size)
