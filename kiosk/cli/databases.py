"""Commands about the databases: to this version, all of them or none; to others; or as an export of everything."""

from pathlib import Path

import click

from kiosk.audit.log import Acting, LogAct
from kiosk.backup.moving import move_school
from kiosk.backup.whole_export import new_folder, write_export
from kiosk.cli.shared import plainly, print_finding, ready_databases
from kiosk.config import load_config
from kiosk.sealing.site_key import read_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import now_utc
from kiosk.storage.schema import check_schemas_current
from kiosk.upkeep.running import stopped
from kiosk.upkeep.update import put_data_back, update_data
from kiosk.upkeep.upgrading import upgraded


@click.group()
def db() -> None:
    """The databases."""


@db.command("upgrade")
@plainly
def db_upgrade() -> None:
    """Update every database to the schema of this version, or leave all as they are."""
    config = load_config()
    with stopped(config), closing_databases(config) as databases, upgraded(config, databases) as changed:
        check_schemas_current(databases)
    click.echo("upgraded: " + ", ".join(changed) if changed else "everything is up to date")


@click.command()
@click.option("--now", is_flag=True, help="Even while a class is open.")
@click.option(
    "--back", is_flag=True, help="Put back what the last update changed, if nothing was written since."
)
@plainly
def update(now: bool, back: bool) -> None:
    """Bring the data of a school to this version, or leave it as it is; one line for each step."""
    config = load_config()
    if back:
        print_finding(True, put_data_back(config))
        return
    for step in update_data(config, even_in_class=now):
        print_finding(step.good, step.text)


@click.command()
@click.option(
    "--to-database-url", "school_url", required=True, help="The new school database; it must be empty."
)
@click.option(
    "--to-reports-url", "reports_url", required=True, help="The new reports database; it must be empty."
)
@plainly
def move(school_url: str, reports_url: str) -> None:
    """Move the school to other databases, SQLite or PostgreSQL, and compare every row; the old ones stay."""
    config = load_config()
    to = load_config(database_url=school_url, reports_database_url=reports_url)
    with stopped(config), closing_databases(config) as databases:
        check_ready(config, databases)
        moved = move_school(config, databases, to)
    for one in moved:
        click.echo(f"{one.tree}: every row of {one.tables} tables, each compared")
    click.echo("\nWrite these lines into the settings in place of such lines there, then start kiosk:\n")
    click.echo(f'database_url = "{school_url}"\nreports_database_url = "{reports_url}"')
    click.echo(f'data_dir = "{config.data_dir.resolve()}"  # as before: the intake and site.key stay there')
    click.echo(
        "\nThe old databases are as they were. Delete them once kiosk runs: they hold everything too, and without\n"
        "these lines kiosk would go on with them."
    )


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@plainly
def export(folder: Path) -> None:
    """Write everything that the school stores into a new folder, as CSV with a README that explains each column."""
    config, now = load_config(), now_utc()
    with ready_databases(config) as databases:
        key = read_site_key(config.key_path)
        new_folder(folder)
        with databases.school.write() as session:  # first, so that no export is without its line
            Acting(key, None, now).note(session, LogAct.EXPORTED, what="everything", of="")
        day = now.astimezone(config.zone).date()
        count = write_export(config, databases, key, folder, day)
    click.echo(
        f"{count} tables are in {folder}; README.md there explains them. Names, learning and powers stand in clear:\n"
        "keep it like a child protection file. What children wrote is sealed, and only readers open it, in kiosk."
    )
