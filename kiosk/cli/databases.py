"""Commands about the databases: to this version, all of them or none."""

import click

from kiosk.cli.shared import plainly
from kiosk.config import load_config
from kiosk.start import closing_databases
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
        click.echo(f"ok    {put_data_back(config)}")
        return
    for step in update_data(config, even_in_class=now):
        click.echo(f"{'ok   ' if step.good else 'LOOK '} {step.text}")
