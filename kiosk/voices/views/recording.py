"""Read for the children: staff read the lines of a lesson aloud, one at a time, or bring a folder of recordings."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.conduct.views.blueprint import language_name
from kiosk.content.language import ENGLISH
from kiosk.content.mark import note_change
from kiosk.lessons.lesson import Lesson
from kiosk.site import current_site
from kiosk.voices.files import MOST_BYTES
from kiosk.voices.lines import Line, Script, script_of
from kiosk.voices.models import Reader, Recording
from kiosk.voices.recordings import (
    LONGEST_TENTHS,
    SHORTEST_TENTHS,
    Sent,
    all_recordings,
    keep,
    recordings_of,
    remove_unnamed,
    send_back,
    spoken_id,
    take_back,
    take_back_all,
)
from kiosk.voices.views.blueprint import bp, send_recording
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.web.security import HEADERS, takes_files
from kiosk.wording.messages import N_, Refused, say

READERS = {
    Reader.TEACHER: N_("A teacher"),
    Reader.PARENT: N_("A parent"),
    Reader.OTHER: N_("Another adult"),
}
# By the state of a line.
APPROVED, TO_HEAR, SENT_BACK, TO_READ = "approved", "hear", "back", "read"
# The microphone is allowed on this page alone (promise HV3).
WITH_MICROPHONE = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


@dataclass(frozen=True)
class Row:
    """A line with its recording, and where that stands."""

    line: Line
    recording: Recording | None
    state: str

    @property
    def read_by(self) -> str:
        """Who reads it, in words."""
        return str(_(READERS[self.recording.reader])) if self.recording else ""


@bp.get("/staff/voices")
@staff_required()
def index() -> ResponseReturnValue:
    """Every lesson in each of its languages, and how much of it is read aloud."""
    recordings = all_recordings(school())
    found = [(lesson, _languages(lesson, recordings)) for lesson in current_site().lessons.values()]
    return render_template("voices/index.html", lessons=found)


@bp.get("/staff/voices/<id>/<lang>")
@staff_required()
def record(id: str, lang: str) -> ResponseReturnValue:
    """One line in large type, to be read aloud; without `line` the first that asks for it."""
    return _page(_script_or_404(id, lang), request.args.get("line", ""))


@bp.post("/staff/voices/<id>/<lang>")
@staff_required()
@takes_files
def keep_line(id: str, lang: str) -> ResponseReturnValue:
    """Keep a recording, and show the next line that asks for one."""
    script, sent = _script_or_404(id, lang), request.files.get("recording")
    line = script.line(request.form.get("line", ""))
    reader, tenths = request.form.get("reader", ""), request.form.get("tenths", "")
    try:
        if line is None:
            raise Refused(
                N_("These words have changed since you opened the page. Read them as they are now.")
            )
        if reader not in set(Reader):
            raise Refused(
                N_("Say who reads: a teacher, a parent or another adult. Children are not recorded.")
            )
        measured = int(tenths) if tenths.isdecimal() and len(tenths) < 6 else 0
        one = Sent(sent.read(MOST_BYTES + 1) if sent else b"", Reader(reader), measured)
        site, heard = current_site(), _approved(script).get(line.digest, "")
        _commit(keep(school(), site.config, signed_in_staff(), script, line, one, site.today(), heard))
    except Refused as refused:
        school().rollback()
        return _page(script, line.digest if line else "", say(refused.message)), 422
    return redirect(url_for(".record", id=id, lang=lang, after=line.number, reader=reader), 303)


@bp.post("/staff/voices/<id>/<lang>/back")
@staff_required()
def give_back(id: str, lang: str) -> ResponseReturnValue:
    """Take one recording back, or all of one's own, or send one back to be read again, as who hears it decides."""
    script, line = _script_or_404(id, lang), request.form.get("line", "")
    try:
        if line and request.form.get("say") == "again":
            gone = send_back(school(), script, line, request.form.get("why", ""))
        elif line:
            gone = take_back(school(), script, line)
        else:
            gone = take_back_all(school(), script, signed_in_staff())
    except Refused as refused:
        school().rollback()
        return _page(script, line, say(refused.message)), 422
    _commit(gone)
    if request.form.get("from") == "approving" and voice_rows(spoken_id(id, lang)):
        return redirect(url_for("approving.show", what="voices", id=spoken_id(id, lang)), 303)
    return redirect(url_for(".record", id=id, lang=lang, line=line), 303)


@bp.get("/staff/voices/<id>/<lang>/script")
@staff_required()
def print_script(id: str, lang: str) -> ResponseReturnValue:
    """All lines with their numbers, to print and to read from where there is no microphone."""
    return render_template(
        "voices/script.html", script=_script_or_404(id, lang), language=language_name(lang)
    )


@bp.get("/staff/voices/<id>/<lang>/<file>")
@staff_required()
def hear_kept(id: str, lang: str, file: str) -> ResponseReturnValue:
    """A recording that is kept, for staff, approved or not."""
    kept = recordings_of(school(), _script_or_404(id, lang)).values()
    found = or_404(next((one for one in kept if one.file == file), None))
    return send_recording(found.file)


@bp.app_template_global("voice_rows")
def voice_rows(id: str) -> list[Row]:
    """The lines of what is approved under this id that have a recording, for the page on which somebody hears them."""
    lesson, _, lang = id.rpartition(".")
    return [row for row in _rows(_script_or_404(lesson, lang)) if row.recording and row.recording.file]


def _page(script: Script, asked: str, error: str = "") -> Response:
    rows = _rows(script)
    after = request.args.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 6 else 0
    later = [*rows[start:], *rows[:start]]
    first = next((row for row in later if row.state in (TO_READ, SENT_BACK)), rows[0])
    row = next((row for row in rows if row.line.digest == asked), first)
    page = render_template(
        "voices/record.html",
        script=script,
        lesson=script.lesson,
        rows=rows,
        row=row,
        languages=_languages(script.lesson, all_recordings(school(), script.lesson.id)),
        readers=[(reader.value, words) for reader, words in READERS.items()],
        reader=request.form.get("reader") or request.args.get("reader") or Reader.TEACHER,
        shortest=SHORTEST_TENTHS,
        longest=LONGEST_TENTHS,
        most_bytes=MOST_BYTES,
        error=error,
    )
    made = make_response(page)
    made.headers["Permissions-Policy"] = WITH_MICROPHONE
    return made


def _rows(script: Script) -> list[Row]:
    recordings, approved = recordings_of(school(), script), _approved(script)
    return [
        Row(line, one := recordings.get(line.digest), _state(line, one, approved)) for line in script.lines
    ]


def _state(line: Line, one: Recording | None, approved: Mapping[str, str]) -> str:
    if one is None:
        return TO_READ
    if not one.file:
        return SENT_BACK
    return APPROVED if approved.get(line.digest) == one.file else TO_HEAR


def _approved(script: Script) -> Mapping[str, str]:
    return current_site().voices.get(spoken_id(script.lesson.id, script.lang), {})


def _languages(
    lesson: Lesson, recordings: Mapping[tuple[str, str], Mapping[str, Recording]]
) -> list[tuple[str, str, int, int]]:
    """The languages of a lesson, and how many lines of each have a recording, of how many."""
    found = []
    for lang, script in _scripts(lesson):
        kept = recordings.get((lesson.id, lang), {})
        done = sum(bool(line.digest in kept and kept[line.digest].file) for line in script.lines)
        found.append((language_name(lang), lang, done, len(script.lines)))
    return found


def _scripts(lesson: Lesson) -> list[tuple[str, Script]]:
    site = current_site()
    langs = [lang for lang in (ENGLISH, *lesson.translations) if lang in site.config.language_list]
    return [(lang, script) for lang in langs if (script := script_of(site, lesson.id, lang))]


def _script_or_404(id: str, lang: str) -> Script:
    lesson = or_404(current_site().lessons.get(id))
    return or_404(dict(_scripts(lesson)).get(lang))


def _commit(gone: AbstractSet[str]) -> None:
    """Commit; where files are gone, let every process look again, and remove those that nothing names any more."""
    config = current_site().config
    if gone:
        note_change(config)  # before, too: where nobody can be told, nothing may change
    school().commit()
    if gone:
        note_change(config)
        remove_unnamed(school(), config, gone)
