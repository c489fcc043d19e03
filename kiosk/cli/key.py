"""Commands about the site key: putting it back from the recovery card, and another in its place."""

from pathlib import Path

import click

from kiosk.accounts.models import StaffMember
from kiosk.backup.card import SITE, read_card, secret_of
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.watcher import read_term_dates
from kiosk.cli.shared import ReadableFile, plainly
from kiosk.config import Config, SettingError, load_config
from kiosk.sealing.key_fingerprint import put_site_key_back, shown_fingerprint
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import check_schemas_current
from kiosk.upkeep.missing_key import school_found
from kiosk.upkeep.new_site_key import Approval, new_key_after, present_holder, replace_key
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from kiosk.upkeep.running import stopped


@click.group()
def key() -> None:
    """The site key, the one secret of the installation."""


@key.command("restore")
@click.option("--card", type=ReadableFile(), help="A file with the card.")
@plainly
def key_restore(card: Path | None) -> None:
    """Put a missing site key back from the words of the recovery card, if it is this school's."""
    config = load_config()
    if config.key_path.exists():
        raise SettingError(f"KIOSK_SECRET_KEY_FILE: {config.key_path} is there already; nothing was changed")
    if not school_found(config):
        raise SettingError(
            f"KIOSK_DATA_DIR: {config.data_dir} holds no school; `kiosk restore` makes one from a copy"
        )
    if card:
        found = read_card(card.read_text(encoding="utf-8", errors="replace")).site_key
    else:
        typed = click.prompt("The 33 words of the site key, the first four letters of each")
        found = SiteKey(secret_of(SITE, typed))
    with closing_databases(config) as databases:
        check_schemas_current(databases)
        put_site_key_back(config, databases.school, found)
    click.echo(
        f"{config.key_path} is back, with the fingerprint {shown_fingerprint(found)}. Start kiosk again."
    )


@key.command("replace")
@plainly
def key_replace() -> None:
    """Put a new site key in the place of one that others may know; it takes two people who hold a role."""
    config = load_config()
    with stopped(config), closing_databases(config) as databases:
        check_ready(config, databases)
        new = new_key_after(read_site_key(config.key_path))
        click.echo(
            "Children join their classes again, tablets are set up again, browsers of staff count as new, and links\n"
            "that were mailed and not used open nothing: invite these people again. Nothing else changes for anybody.\n"
            "Both people hold a role, and see the code of kiosk on their own phone now.\n\n"
            f"The new key has the fingerprint {shown_fingerprint(new)}.\n"
        )
        calendar = read_term_dates(config).calendar
        first, second = (_person(config, databases, calendar, which) for which in ("First", "Second"))
        with single_process(MAINTENANCE, config):  # a copy would be of both keys
            replace_key(config, databases, Approval(first, second, new), now_utc())
    click.echo(
        "\nDone. Make a new recovery card now (`kiosk backup card --new`, then `--check`): no copy is made before.\n"
        "Put site.key into the safe, make a copy, start kiosk. The old card opens the older copies: keep it while\n"
        "there are any. The old key is deleted by itself once the last thread from before has ended."
    )


def _person(config: Config, databases: Databases, calendar: SchoolCalendar, which: str) -> StaffMember:
    email = click.prompt(f"{which} person: school e-mail")
    return present_holder(databases, config, calendar, email, click.prompt("The six digits on their phone"))
