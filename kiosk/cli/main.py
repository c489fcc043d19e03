"""The `kiosk` command: each command calls one function and prints its errors as plain lines."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import click

from kiosk.accounts.roster.importing import (
    ImportPlan,
    apply_plan,
    export_roster,
    plan_import,
    read_known_roster,
)
from kiosk.accounts.roster.rows import by_kind
from kiosk.accounts.staff.people import StaffExist, invite_first
from kiosk.audit.log import Acting, LogAct
from kiosk.backup.switch import JOURNAL, complete_interrupted
from kiosk.cli.audit import log, staff
from kiosk.cli.backup import backup, drill, restore
from kiosk.cli.content import content
from kiosk.cli.databases import db, export, move, update
from kiosk.cli.fleet import fleet
from kiosk.cli.key import key
from kiosk.cli.shared import (
    EXIT_REFUSED,
    ReadableFile,
    as_root_option,
    plainly,
    print_finding,
    ready_databases,
    refuse_root,
)
from kiosk.cli.site import site_commands
from kiosk.cli.voices import voices
from kiosk.config import Config, SettingError, load_config, translations_path
from kiosk.content.pictures import read_pictures
from kiosk.demo.names import NUMBERS, SCHOOL
from kiosk.demo.running import run_demo
from kiosk.host.files import make_private_folder
from kiosk.host.heartbeat import check_clock, confirm_clock
from kiosk.nations import Nation
from kiosk.report.intake.keepers import keeping_for_each_other
from kiosk.report.intake.urgent import Mailed, mail_urgent
from kiosk.school_files import choose_school, load_schools, sites_folder
from kiosk.sealing.key_fingerprint import check_site_key
from kiosk.sealing.site_key import make_site_key, read_site_key
from kiosk.server.serving import WORKERS, serve
from kiosk.site import Hosts
from kiosk.start import check_ready, check_user, closing_databases, open_databases, open_site
from kiosk.storage.db import now_utc
from kiosk.storage.schema import METADATA, upgrade
from kiosk.storage.stored_data import column_rows, table_rows
from kiosk.upkeep.doctor.checks import examine
from kiosk.upkeep.doctor.traces import look_for_traces
from kiosk.upkeep.many_workers import run_workers
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.missing_key import refuse_new_key
from kiosk.upkeep.only_one import WORKER, single_process
from kiosk.upkeep.running import running
from kiosk.upkeep.worker import run_worker, wait_for_databases
from kiosk.wording.translations import statuses

DEMO_DIR = Path(".kiosk/demo")
DEFAULT_PORT = 8000
PRIVATE = 0o077
# These use no data of a school. `restore` looks itself, as it may do again what was killed.
WITHOUT_DATA = {"content", "translations", "stored-data", "demo", "restore"}


@click.group()
@click.version_option(package_name="kiosk")
@click.option(
    "--site", metavar="HOST", help="The school for which this is done, where KIOSK_SITES_DIR names many."
)
@click.pass_context
def main(context: click.Context, site: str | None) -> None:
    """Online safety for a whole school: learn, sign, tell, act, and teach again."""
    os.umask(PRIVATE)  # files that libraries write must be private as well
    if site is not None:
        plainly(choose_school)(site)
    if context.invoked_subcommand not in WITHOUT_DATA:
        _complete_interrupted()


@plainly
def _complete_interrupted() -> None:
    """Before anything else a restore that was killed is completed or undone."""
    try:
        schools = load_schools()
    except SettingError:
        return  # the command itself says what is wrong
    for config in schools.values():
        if config.file(JOURNAL).exists():
            click.echo(complete_interrupted(config), err=True)


@main.command()
@click.option("--port", type=int, envvar="KIOSK_PORT", default=DEFAULT_PORT, show_default=True)
@plainly
def demo(port: int) -> None:
    """Fill an invented school and serve it, with its worker, until Ctrl-C."""
    settings = {
        "KIOSK_DEMO": "true",
        "KIOSK_SCHOOL_NAME": SCHOOL,
        "KIOSK_NATION": os.environ.get("KIOSK_NATION") or Nation.ENGLAND,
        "KIOSK_PUBLIC_URL": os.environ.get("KIOSK_PUBLIC_URL") or f"http://127.0.0.1:{port}",
        "KIOSK_DATA_DIR": os.environ.get("KIOSK_DATA_DIR") or str(DEMO_DIR),
        **{name: os.environ.get(name) or number for name, number in NUMBERS.items()},
    }
    os.environ.update(settings)  # the worker is a separate process that must read the same settings
    run_demo(load_config(), port)


@main.command()
@click.option(
    "--name", prompt="Name of the first administrator", help="As colleagues know them, such as Mr Novak."
)
@click.option("--email", prompt="School e-mail of the first administrator")
@plainly
def init(name: str, email: str) -> None:
    """Set up a real school: key, databases, and a one-time link for the first administrator."""
    config = load_config()
    check_user(config)
    refuse_new_key(config)
    make_private_folder(config.data_dir)
    make_site_key(config.key_path)
    with closing_databases(config) as databases:
        upgrade(databases)
        check_site_key(config, databases.school)
        try:
            with databases.school.write() as session:
                invitation = invite_first(
                    session, Acting(read_site_key(config.key_path), None, now_utc()), name, email
                )
        except StaffExist:
            raise SettingError(f"KIOSK_DATA_DIR: {config.data_dir} holds a school already") from None
    click.echo(
        f"Ready. Open this link once, within a week:\n\n  {config.public_url}/staff/welcome/{invitation.token}\n"
    )
    click.echo(
        "Then start `kiosk serve` and `kiosk worker`. Invite staff, choose who holds each role at /staff/roles,\n"
        "and let two readers of reports sign in. /staff/keys says what comes next: three recovery sheets to\n"
        "print, two of them to type back, and the button that opens the report page to children."
    )


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, envvar="KIOSK_PORT", default=DEFAULT_PORT, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True)
@as_root_option
@plainly
def serve_command(host: str, port: int, workers: int, as_root: bool) -> None:
    """Serve the school, or many of them, until SIGTERM."""
    refuse_root(as_root)
    serve(load_schools(), host, port, workers, sites_folder(), _serving)


@contextmanager
def _serving(config: Config) -> Iterator[None]:
    check_clock(config)
    with running(config):
        yield


@main.command()
@as_root_option
@plainly
def worker(as_root: bool) -> None:
    """Pass reports on to their readers, send alerts and delete old data, of each school, until SIGTERM."""
    refuse_root(as_root)
    schools = load_schools()
    stop = threading.Event()

    def end(number: int, frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if folder := sites_folder():
        run_workers(schools, stop, folder, _working)
        return
    (config,), memory = schools.values(), WorkerMemory()
    with ExitStack() as held:
        held.enter_context(_working(config, memory))
        databases = held.enter_context(closing_databases(config))
        site, mailed = cache(lambda: open_site(config, databases)), Mailed()
        # Danger does not wait for a database: the usual alert is mailed for what is in the intake.
        wait_for_databases(
            lambda: check_ready(config, databases), stop, lambda: mail_urgent(site(), now_utc(), mailed)
        )
        run_worker(Hosts(site()), stop, memory)


@contextmanager
def _working(config: Config, memory: WorkerMemory) -> Iterator[None]:
    check_clock(config)
    with (
        running(config),
        single_process(WORKER, config, memory.claims.worker.hex()) as ended,
        keeping_for_each_other(config),
    ):
        memory.claims.follow(ended)
        yield


@main.group()
def clock() -> None:
    """The computer's clock."""


@clock.command("confirm")
@plainly
def clock_confirm() -> None:
    """Say that the computer's clock is right, although it is far from when kiosk last ran."""
    config = load_config()
    check_user(config)
    now = confirm_clock(config)
    click.echo(f"kiosk goes by this clock: {now:%-d %B %Y, %H:%M} UTC. Start it again.")


@main.group()
def roster() -> None:
    """Classes and children."""


@roster.command("import")
@click.argument("file", type=ReadableFile())
@click.option("--dry-run", is_flag=True, help="Show what would change without changing it.")
@click.option("--leaving", type=int, help="How many leave, if that is more than one child in ten.")
@plainly
def roster_import(file: Path, dry_run: bool, leaving: int | None) -> None:
    """Import a CSV, Excel or OneRoster file; every wrong row is listed, and nothing is written unless all are right."""
    config = load_config()
    today = now_utc().astimezone(config.zone).date()
    with ready_databases(config) as databases, databases.school.write() as session:
        key = read_site_key(config.key_path)
        plan = plan_import(session, read_known_roster(session, key, file.read_bytes(), today), key)
        for line in _plan_lines(plan):
            click.echo(line)
        if plan.problems:
            sys.exit(EXIT_REFUSED)
        if not (dry_run or plan.lets_go(leaving)):
            raise SettingError(
                "nothing was written, as more than one child in ten would leave; is this a list of the whole school? "
                f"If they have left, say `--leaving {len(plan.leavers)}`"
            )
        if not dry_run:
            things = [id for id, picture in read_pictures(config.content_path).items() if picture.key]
            apply_plan(session, plan, today, key, things)
            Acting(key, None, now_utc()).note(session, LogAct.ROSTER_READ)
    click.echo(
        "Nothing was written."
        if dry_run
        else "Done. Teachers give new children their keys on the page of the class."
    )


def _plan_lines(plan: ImportPlan) -> Iterator[str]:
    yield from (f"ignored column: {column}" for column in plan.ignored_columns)
    yield from (str(note) for note in plan.notes)
    yield from (str(kind) for kind in by_kind(plan.problems))
    for name in ("new", "returned", "moved", "renamed", "leavers"):
        if changes := getattr(plan, name):
            yield f"{name}: {len(changes)}"


@roster.command("export")
@plainly
def roster_export() -> None:
    """Write the pupils who are here, as CSV, to standard output."""
    config = load_config()
    with ready_databases(config) as databases, databases.school.write() as session:
        acting = Acting(read_site_key(config.key_path), None, now_utc())
        acting.note(session, LogAct.EXPORTED, what="roster", of="")
        sys.stdout.buffer.write(export_roster(session))


@main.group()
def translations() -> None:
    """Languages of the interface."""


@translations.command("status")
@plainly
def translations_status() -> None:
    """Show how much of each language is translated, and what is missing."""
    for status in statuses(translations_path()):
        for line in status.lines():
            click.echo(line)


@main.command()
@click.option("--privacy", is_flag=True, help="Search for traces of children who told, instead.")
@click.option(
    "--logs",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="With --privacy: one more folder of logs.",
)
@click.option("--quiet", is_flag=True, help="Print only what is not in order.")
@plainly
def doctor(privacy: bool, folders: tuple[Path, ...], quiet: bool) -> None:
    """Check whether everything is in order, one line for each check."""
    config, good = load_config(), True
    findings = look_for_traces(config, folders) if privacy else examine(config, open_databases)
    for finding in findings:
        if not (quiet and finding.good):
            print_finding(finding.good, finding.text)
        good = good and finding.good
    sys.exit(0 if good else EXIT_REFUSED)


@main.command("stored-data")
@click.option("--tables", is_flag=True, help="One row for each table only.")
def stored_data(tables: bool) -> None:
    """Print what every column of every database holds, what for, on which basis and until when, as Markdown."""
    for line in (table_rows if tables else column_rows)(METADATA):
        click.echo(line)


main.add_command(content)
main.add_command(staff)
main.add_command(db)
main.add_command(update)
main.add_command(fleet)
main.add_command(log)
main.add_command(key)
main.add_command(move)
main.add_command(export)
main.add_command(backup)
main.add_command(restore)
main.add_command(drill)
main.add_command(voices)
main.add_command(site_commands)
