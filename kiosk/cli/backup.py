"""Commands about copies: making one, its recovery card, putting one back, and proving that it comes back."""

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from kiosk.backup.archive import Archive
from kiosk.backup.card import (
    COPIES,
    MEANT,
    SITE,
    WORDS,
    CardWrong,
    RecoveryCard,
    card_of_words,
    mark_of,
    new_card,
    read_card,
    store_drill_item,
)
from kiosk.backup.copying import make_copy
from kiosk.backup.drill import drill as prove
from kiosk.backup.restoring import restore as put_back
from kiosk.backup.restoring import settings_of
from kiosk.backup.switch import complete_interrupted
from kiosk.cli.shared import ReadableFile, plainly, ready_databases
from kiosk.config import Config, SettingError, load_config
from kiosk.host.copies import DRILL, CopyNotes, read_notes, write_notes
from kiosk.host.files import write_durably
from kiosk.sealing.key_fingerprint import compare_site_key, shown_fingerprint
from kiosk.sealing.site_key import read_site_key
from kiosk.start import check_user, closing_databases
from kiosk.storage.db import now_utc
from kiosk.upkeep.only_one import MAINTENANCE, single_process

a_file = ReadableFile()
a_folder = click.Path(path_type=Path, file_okay=False)
card_option = click.option("--card", "page", type=a_file, help="A file with the card, instead of typing it.")


@click.group(invoke_without_command=True)
@click.option("--to", type=a_folder, help="Another folder than KIOSK_BACKUP_DIR, and no second one.")
@click.option("--new-folder", is_flag=True, help="A folder that had copies is a new one now.")
@click.pass_context
@plainly
def backup(context: click.Context, to: Path | None, new_folder: bool) -> None:
    """Make an encrypted copy of the school, which may be running, and delete old ones."""
    if context.invoked_subcommand:
        return
    config = load_config()
    if to:
        config = config.model_copy(update={"backup_dir": to, "backup_second_dir": None})
    with closing_databases(config) as databases:
        copied = make_copy(config, databases, now_utc(), new_folder=new_folder)
    for path in copied.paths:
        click.echo(f"ok    {path} ({copied.size // 1024**2} MB), read back as it was written")
    if copied.deleted:
        click.echo(f"ok    {copied.deleted} old copies deleted; 7 daily, 5 weekly and 12 monthly ones stay")


@backup.command()
@click.option(
    "--print",
    "page",
    type=click.Path(path_type=Path),
    help="Write the card into a new file, say /dev/shm/card.txt.",
)
@click.option("--new", is_flag=True, help="Make another one; older copies open with the older card alone.")
@click.option("--check", is_flag=True, help="Type the card back; copies are made from then on.")
@plainly
def card(page: Path | None, new: bool, check: bool) -> None:
    """Make the recovery card, shown once; with --check, type it back."""
    config = load_config()
    check_user(config)
    notes, today = read_notes(config), _day(config, now_utc())
    if check:
        typed = _typed_card()
        notes = read_notes(config)  # a copy may have been made while somebody typed
        _check_card(config, notes, typed)
        mark = shown_fingerprint(typed.site_key)
        write_notes(config, replace(notes, card_checked=today, site_key=mark))
        click.echo(
            "ok    The card opens copies and is this school's. Keep each card in an envelope of its own."
        )
        return
    if notes.card and not new:
        raise SettingError(
            f"there is a recovery card (fingerprint {mark_of(bytes.fromhex(notes.card))}); with --new another takes "
            "its place"
        )
    made = new_card(read_site_key(config.key_path))
    said = made.page(config.school_name, today)
    with ready_databases(config) as databases, single_process(MAINTENANCE, config):
        if page:
            write_durably(page, said.encode(), new=True)
        with databases.reports.write() as session:
            store_drill_item(session, made)
        config.file(DRILL).unlink(missing_ok=True)  # it proved copies of another card
        notes = replace(read_notes(config), card=made.public_key.hex())
        write_notes(config, replace(notes, card_checked=None, site_key=""))
    click.echo(f"It is in {page}: print it twice and delete the file." if page else said)
    click.echo("Now type it back: kiosk backup card --check. Until then no copy is made.")


def _check_card(config: Config, notes: CopyNotes, typed: RecoveryCard) -> None:
    if typed.public_key.hex() != notes.card:
        raise CardWrong(
            f"this card has the fingerprint {mark_of(typed.public_key)}, and copies are made for another"
        )
    if typed.site_key.raw != read_site_key(config.key_path).raw:
        raise CardWrong(
            "the site key of this card is not the one of this machine; make a new card with --new"
        )


def _typed_card(page: Path | None = None) -> RecoveryCard:
    """A card that somebody types, or a file with one."""
    if page:
        return read_card(page.read_text(encoding="utf-8", errors="replace"))
    return card_of_words(*(_typed_words(name) for name in (COPIES, SITE)))


def _typed_words(name: str) -> str:
    """As many words as a half of the card has, in one line or several."""
    words: list[str] = []
    while len(words) < WORDS[name]:
        left = f"{WORDS[name] - len(words)} more" if words else f"the {WORDS[name]} words {MEANT[name]}"
        words += click.prompt(f"Type {left}").split()
    return " ".join(words)


@click.command()
@click.argument("file", type=a_file)
@card_option
@click.option(
    "--replace",
    "over",
    is_flag=True,
    help="Even where there is a school already; it must be that of the card.",
)
@click.option(
    "--settings", type=click.Path(path_type=Path), help="Write the copy's settings into this new file too."
)
@plainly
def restore(file: Path, page: Path | None, over: bool, settings: Path | None) -> None:
    """Put a copy back, on this machine or an empty one: all of it, or nothing is changed."""
    config = load_config()
    check_user(config)
    if said := complete_interrupted(config, restoring=True):
        click.echo(said)
    archive = Archive(file, _typed_card(page))
    if settings and settings.exists():
        raise SettingError(f"{settings} is there already; name a new file")
    if settings and not os.access(settings.parent, os.W_OK):
        raise SettingError(f"{settings.parent} takes no file from this user; name another place")
    restored = put_back(config, archive, replace=over, now=now_utc())
    for line in restored.lines():
        click.echo(line)
    with closing_databases(config) as databases:
        compare_site_key(config, databases.school)
    if settings and (text := settings_of(archive)):
        write_durably(settings, text, new=True)
        click.echo(f"The settings of the copy are in {settings}; compare them with those of this machine.")
    elif settings:
        click.echo("The copy holds no file of settings.")


@click.command()
@click.argument("file", type=a_file)
@card_option
@plainly
def drill(file: Path, page: Path | None) -> None:
    """Prove that a copy comes back: restore it elsewhere, open what is sealed, and delete all again."""
    config = load_config()
    check_user(config)
    click.echo(prove(config, Archive(file, _typed_card(page)), now_utc()).certificate, nl=False)


def _day(config: Config, now: datetime) -> date:
    return now.astimezone(config.zone).date()
