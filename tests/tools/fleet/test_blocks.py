"""The blocks of docs/trust.md are run: three machines from nothing to two schools, and their leader is lost."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.sets import ALL_TRIALS
from tests.tree import ROOT
from tools.fleet.machine import PROGRAMS as TOOLS
from tools.fleet.programs import PROGRAMS

POSTGRES = "/usr/lib/postgresql/17/bin/postgres"
MISSING = [
    one
    for one in (*PROGRAMS, *TOOLS, POSTGRES)
    if not shutil.which(one, path=f"{os.defpath}:/usr/sbin:/sbin")
]

pytestmark = [
    pytest.mark.later,
    pytest.mark.skipif(
        not ALL_TRIALS, reason="starts three machines, for minutes: make fleet, or FAULTS=full here"
    ),
    pytest.mark.timeout(3600),
    pytest.mark.skipif(os.geteuid() != 0, reason="machines with networks of their own need root"),
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
]


def test_two_schools_are_served_from_the_files_of_the_page_and_lose_nothing_with_the_machine_that_leads() -> (
    None
):
    probe = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "true"], check=False)
    if probe.returncode:
        pytest.skip("this machine lets nobody make networks of their own")
    done = subprocess.run(
        [sys.executable, "-m", "tools.fleet", "node that leads"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
