"""What children hear: recordings that a second adult approved, of pages of which every line is there."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import pupil_required
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.views.pupil import open_lesson
from kiosk.site import current_site
from kiosk.voices.lines import language_key, letters_of, script_for
from kiosk.voices.recordings import spoken_id
from kiosk.voices.views.blueprint import bp, send_recording
from kiosk.web.errors import NotFound


@bp.app_template_global("voice_of")
def voice_of(lesson: Lesson, page: str, shown: Callable[[], str]) -> dict[str, Any] | None:
    """The recordings of a page of a lesson, all of them or none: a page is never half one voice, half another.

    `lines`: words and address of each; `here`: those that stand in what `shown` makes, in that order, for whom no
    script plays them.
    """
    site, lang = current_site(), language_key(lesson)
    approved = site.voices.get(spoken_id(lesson.id, lang))
    if not approved:
        return None
    script = script_for(lesson, site.quizzes.get(lesson.quiz), site.glossary)
    needed = script.pages.get(page, ())
    if not needed or any(line not in approved for line in needed):
        return None
    words = {line.digest: line.words for line in script.lines}
    lines = [
        (words[line], url_for("voices.hear", id=lesson.id, lang=lang, file=approved[line].file))
        for line in needed
    ]
    seen = _letters_in(shown())
    places = [(seen.find(letters_of(said)), said, address) for said, address in lines]
    here = [(said, address) for place, said, address in sorted(places) if place >= 0]
    return {"lines": lines, "here": here}


@bp.get("/learn/voices/<id>/<lang>/<file>")
@pupil_required
def hear(id: str, lang: str, file: str) -> ResponseReturnValue:
    """A recording that was approved, for a pupil to whom its lesson is open in that language."""
    lesson = open_lesson(id)
    approved = current_site().voices.get(spoken_id(id, lang), {})
    found = next((one for one in approved.values() if one.file == file), None)
    if found is None or language_key(lesson) != lang:
        raise NotFound
    return send_recording(found.file, found.sound)


def _letters_in(page: str) -> str:
    parser = _Seen()
    parser.feed(page)
    parser.close()
    return letters_of("".join(parser.found))


class _Seen(HTMLParser):
    """The words of a page with those of its pictures, in the order in which they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A picture says its words in an attribute."""
        said = dict(attrs)
        self.found.append(said.get("alt") or (said.get("role") == "img" and said.get("aria-label")) or "")

    def handle_data(self, data: str) -> None:
        """Words."""
        self.found.append(data)
