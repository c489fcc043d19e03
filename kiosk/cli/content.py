"""Commands for people who write lessons: check the content, begin a lesson, look at it, list ids and pictures."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.authoring.ids import lines_of_ids
from kiosk.authoring.picture_page import picture_page
from kiosk.authoring.preview.app import HERE, create_preview, preview_config
from kiosk.authoring.skeleton import NotPossible, new_lesson, write_skeleton
from kiosk.bands import Band
from kiosk.cli.shared import EXIT_REFUSED, plainly
from kiosk.config import load_config
from kiosk.content.pictures import read_pictures
from kiosk.lessons.scenes.cast import read_cast
from kiosk.linter.at_home import home_hashes
from kiosk.linter.check import check_content
from kiosk.linter.sameness.guessing import lines_of_figures, questions_asked
from kiosk.linter.sameness.works import read_works
from kiosk.public.away import write_away_page
from kiosk.server.serving import serve_application
from kiosk.storage.db import now_utc
from kiosk.web.pictures import load_pictures
from kiosk.web.templating import BUILT_DIR

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PREVIEW_PORT = 8002

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def content() -> None:
    """Lessons, quizzes, Codes and wording."""


@content.command("check")
@click.argument("path", type=_FOLDER, required=False)
@click.option("--strict", is_flag=True, help="A warning is a failure as well.")
@plainly
def content_check(path: Path | None, strict: bool) -> None:
    """Read all content and list every mistake by file and line; warnings alone are not a failure."""
    config = load_config()
    findings = check_content(path or config.content_path, now_utc().astimezone(config.zone).date())
    for finding in findings:
        click.echo(f"{finding}\n    {finding.shown_line()}")
    errors = sum(finding.level == "error" for finding in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} warnings")
    sys.exit(EXIT_REFUSED if errors or (strict and findings) else 0)


@content.command("guesses")
@click.argument("path", type=_FOLDER, required=False)
@click.option("--of", "band", type=click.Choice([one.value for one in Band]), help="One age group alone.")
@plainly
def content_guesses(path: Path | None, band: str | None) -> None:
    """How often somebody who has not read finds the right answers of quizzes and Codes, by each way of guessing."""
    folder = path or load_config().content_path
    asked = questions_asked(read_works(folder), folder)
    for line in lines_of_figures([one for one in asked if band in (None, one.band)]):
        click.echo(line)


@content.command("new")
@click.argument("id", metavar="BAND-STRAND-NAME")
@click.option("--title", required=True, help="What children read above the lesson.")
@click.option("--into", "folder", type=_FOLDER, help="Another content folder than the school's own.")
@plainly
def content_new(id: str, title: str, folder: Path | None) -> None:
    """Begin a lesson and its quiz: two files to write over, such as ks2-privacy-three-words."""
    config = load_config()
    try:
        lesson = new_lesson(id, title)
        today = now_utc().astimezone(config.zone).date()
        page, quiz = write_skeleton(folder or config.content_path, lesson, today)
    except NotPossible as why:
        click.echo(f"kiosk: {why}", err=True)
        sys.exit(EXIT_REFUSED)
    click.echo(f"Written:\n  {page}\n  {quiz}\n")
    click.echo(
        "Next: write over every line, the lesson first. Name the belief behind each answer that is not right\n"
        "(misconceptions.yml). `kiosk content ids` lists what maps may name, `kiosk content pictures` shows the\n"
        "pictures. Then run `kiosk content check`, and read the lesson aloud to somebody."
    )


@content.command("preview")
@click.argument("id", metavar="LESSON_ID", required=False)
@click.option("--port", type=int, default=PREVIEW_PORT, show_default=True, help="Where to listen.")
@click.option("--content", "folder", type=_FOLDER, help="Another content folder than the school's own.")
@plainly
def content_preview(id: str | None, port: int, folder: Path | None) -> None:
    """Show lessons as children see them while they are written, on this computer alone, until Ctrl-C."""
    config = preview_config(port, folder)
    lessons = config.content_path / "lessons"
    if not (lessons / (id or "")).is_dir():
        wanted = f"there is no {lessons / id}" if id else f"{config.content_path} holds no lessons"
        click.echo(f"kiosk: {wanted}", err=True)
        sys.exit(EXIT_REFUSED)

    def load() -> "WSGIApplication":
        made = create_preview(config)
        click.echo(f"Preview: {config.public_url}/{f'learn/lessons/{id}' if id else ''}\nStop with Ctrl-C.")
        return made

    serve_application(load, HERE, port, workers=1)


@content.command("ids")
@plainly
def content_ids() -> None:
    """List the ids that the maps of a lesson may name, by framework."""
    for line in lines_of_ids():
        click.echo(line)


@content.command("home")
@click.argument("path", type=_FOLDER, required=False)
@plainly
def content_home(path: Path | None) -> None:
    """List what a translation of the words for families names as `of`, for each lesson that has them."""
    for line in home_hashes(path or load_config().content_path):
        click.echo(line)


@content.command("pictures")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("pictures.html"),
    show_default=True,
    help="The file to write; one that is there is replaced.",
)
@plainly
def content_pictures(out: Path) -> None:
    """Write one HTML page with every picture, figure in every pose and face, place and thing, each with its id."""
    folder = load_config().content_path
    pictures = load_pictures(BUILT_DIR, read_pictures(folder))
    out.write_text(picture_page(pictures, read_cast(folder)), encoding="utf-8")
    click.echo(f"Written: {out}. Open it in a browser; it needs no network.")


@content.command("away-page")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@plainly
def content_away_page(file: Path) -> None:
    """Write the page with people and helplines that a proxy shows while kiosk is away."""
    write_away_page(load_config(), file)
