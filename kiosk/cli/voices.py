"""Commands of voices: a folder of recordings made elsewhere."""

import sys
from pathlib import Path

import click

from kiosk.accounts.staff.people import find_staff
from kiosk.cli.shared import EXIT_REFUSED, plainly, ready_databases
from kiosk.config import SettingError, load_config
from kiosk.content.language import ENGLISH
from kiosk.start import open_site
from kiosk.voices.importing import keep_all, read_folder
from kiosk.voices.lines import script_of
from kiosk.voices.models import Reader
from kiosk.voices.recordings import spoken_id


@click.group()
def voices() -> None:
    """Lessons that adults of the school read aloud."""


@voices.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--lesson", required=True, help="The lesson's id, as the printed script says it.")
@click.option("--lang", default=ENGLISH, show_default=True, help="In which language it is read.")
@click.option("--script", "mark", required=True, help="The mark of the script from which it was read.")
@click.option("--reader", type=click.Choice([one.value for one in Reader]), required=True, help="Who reads.")
@click.option("--by", "email", required=True, help="Who answers for it: somebody else approves it.")
@plainly
def voices_import(folder: Path, lesson: str, lang: str, mark: str, reader: str, email: str) -> None:
    """Keep recordings named by the numbers of their lines; all files are right, or nothing is kept."""
    config = load_config()
    with ready_databases(config) as databases:
        site = open_site(config, databases)
        script = script_of(site, lesson, lang)
        if script is None:
            raise SettingError(f"there is no lesson {lesson} in {lang}")
        if script.mark != mark:
            raise SettingError(
                f"the words have changed since {mark} was printed: print the script again ({script.mark})"
            )
        read = read_folder(folder, script)
        for problem in read.problems:
            click.echo(problem)
        if read.problems or not read.recordings:
            click.echo("Nothing was kept.")
            sys.exit(EXIT_REFUSED)
        with databases.school.write() as session:
            staff = find_staff(session, email)
            if staff is None:
                raise SettingError(f"nobody who works here has the address {email}")
            heard = site.voices.get(spoken_id(lesson, lang), {})
            keep_all(session, config, staff, script, read, Reader(reader), site.today(), heard)
    kept, lines = len(read.recordings), len(script.lines)
    click.echo(f"Kept: {kept} lines; the folder has nothing of {lines - kept}.")
    click.echo(
        f"Another adult listens and approves at {config.public_url}/staff/approve/voices/{lesson}.{lang}"
    )
