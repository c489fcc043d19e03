"""Commands about one school of a folder of many: adding, listing, moving and removing it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kiosk.cli.shared import EXIT_REFUSED, plainly, print_finding
from kiosk.config import SettingError
from kiosk.school_files import school_path, sites_folder
from kiosk.storage.db import now_utc
from kiosk.upkeep.schools.adding import add_school
from kiosk.upkeep.schools.listing import list_schools
from kiosk.upkeep.schools.moving import go_back, move_to
from kiosk.upkeep.schools.removing import Removal, remove_school

Command = Callable[..., Any]


@click.group("site")
def site_commands() -> None:
    """One school of many, where KIOSK_SITES_DIR names their folder."""


def addresses_of_databases(command: Command) -> Command:
    """The options that name the databases of a school."""
    for option, words in (
        ("--sessions-url", "The store of staff sessions."),
        ("--reports-database-url", "The reports database."),
        ("--database-url", "The school database."),
    ):
        command = click.option(option, metavar="ADDRESS", help=words)(command)
    return command


@site_commands.command("add")
@click.argument("host")
@click.option("--school-name", prompt="Name of the school", help="Shown on every page.")
@click.option(
    "--data-dir", prompt="Data folder, of this school alone", help="Its folder, of this school alone."
)
@click.option("--public-url", help="Where browsers reach it, https://HOST where it is not said.")
@addresses_of_databases
@click.option(
    "--set", "others", metavar="NAME=VALUE", multiple=True, help="Any other setting, such as nation=wales."
)
@click.option("--name", prompt="Name of the first administrator", help="As colleagues know them.")
@click.option(
    "--email", prompt="School e-mail of the first administrator", help="The person's school e-mail."
)
@plainly
def site_add(
    host: str, others: tuple[str, ...], public_url: str | None, name: str, email: str, **said: str | None
) -> None:
    """Add a school: key, databases, its file, and a one-time link for the first administrator."""
    settings = {name: value for name, value in said.items() if value}
    settings["public_url"] = public_url or f"https://{host}"
    for one in others:
        setting, sign, value = one.partition("=")
        if not sign:
            raise SettingError(f"--set {one}: write it like nation=wales")
        settings[setting.lower().removeprefix("kiosk_")] = value
    link = add_school(school_path("HOST", host), settings, name, email)
    click.echo(f"Ready. Open this link once, within a week:\n\n  {link}\n")
    click.echo(
        "`kiosk serve` and `kiosk worker` take the school up by themselves within seconds. What comes next is as\n"
        "after `kiosk init` (docs/deploy/first-day.md)."
    )


@site_commands.command("list")
@plainly
def site_list() -> None:
    """Show each school: whether it answers, where its databases are, their versions, and its keepers."""
    folder = sites_folder()
    if folder is None:
        raise SettingError("KIOSK_SITES_DIR is not set: there is one school alone here")
    listed = list(list_schools(folder))
    for one in listed:
        print_finding(one.good, one.line)
    sys.exit(0 if all(one.good for one in listed) else EXIT_REFUSED)


@site_commands.command("remove")
@click.argument("host")
@click.option(
    "--by", prompt="Who removes it, for the certificate", help="Who removes it, for the certificate."
)
@click.option(
    "--export", type=click.Path(path_type=Path), metavar="DIR", help="What the school took with it."
)
@click.option("--keep-copies", is_flag=True, help="Leave the copies in its folders for copies.")
@click.option("--with-what-must-be-kept", is_flag=True, help="Even where cases or reports have to be kept.")
@click.option(
    "--only-this-node", is_flag=True, help="The school goes on at its other node, with its databases."
)
@plainly
def site_remove(host: str, **said: Any) -> None:
    """Destroy everything of a school, and write a certificate of what that was."""
    path = school_path("HOST", host)
    if click.prompt(f"Nobody can undo this. Type {host} to destroy the school") != host:
        raise SettingError("nothing was removed, as another name was typed")
    certificate = remove_school(path, Removal(**said), now_utc())
    click.echo(certificate.read_text(encoding="utf-8"), nl=False)
    click.echo(
        f"\nThis certificate stands in {certificate}. Empty databases of PostgreSQL are there for you to drop."
    )


@site_commands.command("move")
@click.argument("host")
@addresses_of_databases
@click.option("--back", is_flag=True, help="Give up a move that was killed, and let the school write again.")
@plainly
def site_move(host: str, back: bool, **addresses: str | None) -> None:
    """Move a school to other databases while it is open, and compare every row; it is read-only meanwhile."""
    path = school_path("HOST", host)
    said = {name: address for name, address in addresses.items() if address}
    if back:
        if said:
            raise SettingError("--back goes with no address")
        go_back(path)
        click.echo(
            f"{host} takes changes again; delete what stands in the databases to which it was to move."
        )
        return
    move_to(path, said, click.echo)
    click.echo(
        f"On another node of this school run `kiosk site move {host}` as well. The old databases take no changes any\n"
        "more. Delete them once `kiosk site list` is in order: they hold everything too."
    )
