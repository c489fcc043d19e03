"""What comes from a package registry: without a network a test of it says so and is skipped."""

import subprocess

import pytest

# What uv says of a registry that does not answer, and where it may ask none.
UNREACHED = ("error sending request", "the network was disabled")


def skip_without_registry(ran: subprocess.CompletedProcess[str]) -> None:
    """Skip the test if a command failed because no registry was reached."""
    if ran.returncode and any(words in ran.stderr for words in UNREACHED):
        pytest.skip("no package registry is reached from here")
