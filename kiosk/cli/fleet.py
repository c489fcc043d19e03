"""`kiosk fleet`: commands for all schools of KIOSK_SITES_DIR at once."""

import sys

import click

from kiosk.cli.shared import EXIT_REFUSED, plainly, print_finding
from kiosk.config import Config, SettingError
from kiosk.host.log_lines import EVERY_HOST
from kiosk.school_files import load_schools
from kiosk.upkeep.fleet import check_keys, examine_schools, upgrade_schools


@click.group()
def fleet() -> None:
    """All schools of KIOSK_SITES_DIR at once."""


@fleet.command("doctor")
@click.option("--quiet", is_flag=True, help="Print only what is not in order.")
@plainly
def fleet_doctor(quiet: bool) -> None:
    """Check every school, a line for each that is in order, and for any other a line for each thing to look at."""
    schools = _all_schools()
    keys = check_keys(schools)
    if not keys.good:
        print_finding(keys.good, keys.text)
    is_good = keys.good
    for host, found in examine_schools(schools):
        red = [one for one in found if not one.good]
        for one in red:
            print_finding(False, f"{host}: {one.text}")
        if not (red or quiet):
            print_finding(True, f"{host}: {len(found)} checks, all in order")
        is_good = is_good and not red
    sys.exit(0 if is_good else EXIT_REFUSED)


@fleet.command("upgrade")
@click.option("--first", metavar="HOST", help="The school that is updated and looked at before the others.")
@click.option("--now", is_flag=True, help="Even while a class is open.")
@plainly
def fleet_upgrade(first: str | None, now: bool) -> None:
    """Bring the data of every school to this version, one of them first, and none after one that fails."""
    schools = _all_schools()
    if first is not None and first not in schools:
        raise SettingError(f"--first: no school has a file {first}.toml")
    for step in upgrade_schools(schools, first or next(iter(schools)), even_in_class=now):
        print_finding(step.good, step.text)


def _all_schools() -> dict[str, Config]:
    schools = load_schools()
    if EVERY_HOST in schools:
        raise SettingError(
            "KIOSK_SITES_DIR is not set, so there is one school: `kiosk doctor`, `kiosk update`"
        )
    return schools
