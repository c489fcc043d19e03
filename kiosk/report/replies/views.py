"""The pages where a child enters six pictures and reads what grown-ups wrote."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from kiosk.report.form.groups import Adults
from kiosk.report.form.page import is_for_adults, is_from_our_page, pad_page, skeleton
from kiosk.report.form.speech import ANSWERS_BAND, Speech, languages, speech_for
from kiosk.report.form.wording import WordingLine
from kiosk.report.intake.sealed_item import seal_discarded_replies
from kiosk.report.intake.store import NotKept
from kiosk.report.replies.threads import (
    ThreadReplies,
    answers_for,
    discarded_replies,
    is_complete_code,
    names_of,
    read_code,
    waiting_in_intake,
)
from kiosk.report.site import current_report_site
from kiosk.sealing.picture_code import LENGTH, thread_of
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.wording.facts import Helpline

FORM_TYPE = "application/x-www-form-urlencoded"
LONGEST_TYPED = 300
LONGEST_NUMBER = 12

bp = Blueprint("replies", __name__, url_prefix="/replies")


@bp.get("/<lang>")
@bp.get("/<lang>/<tablet>")
def entry(lang: str, tablet: str = "") -> ResponseReturnValue:
    """The sixty-four pictures, and a box for their names."""
    return _entry_page(_speech_or_404(lang), ())


@bp.post("/<lang>")
@bp.post("/<lang>/<tablet>")
def look(lang: str, tablet: str = "") -> ResponseReturnValue:
    """Take one more picture, or show the answers after six; right and wrong ones cost and look the same."""
    site = current_report_site()
    say = _speech_or_404(lang)
    if request.mimetype != FORM_TYPE:
        raise UnsupportedMediaType
    pictures = site.pictures
    tapped = [one for one in request.form.getlist("picture") if one in pictures.keys][:LENGTH]
    if request.form.get("again"):
        return _entry_page(say, ())
    typed = request.form.get("names", "")[:LONGEST_TYPED]
    code = read_code(tapped, typed, names_of(pictures, lang))
    if not is_from_our_page():
        return _entry_page(say, tapped, typed, "error.origin"), 403
    if not is_complete_code(code):
        return _entry_page(say, tapped, typed, "entry.six" if typed or "look" in request.form else ""), 200
    forget = request.form.get("forget", "")[:LONGEST_NUMBER]
    guesses = site.guesses_of_homes if is_for_adults() else site.guesses
    if not guesses.admit():
        return pad_page(_waiting_page(say, code, forget))
    try:
        answers = _replies_shown(code, forget)
    except (*DATABASE_ERRORS, NotKept):
        return _entry_page(say, [pictures.keys[number] for number in code], "", "entry.broken"), 503
    if answers is not None:
        guesses.take_back()
    return pad_page(_replies_page(say, answers, code))


def _replies_shown(code: Sequence[int], forget: str) -> ThreadReplies | None:
    """The replies for these pictures; they are discarded first if the child asked for that. Raises NotKept.

    `forget`: the number of the newest reply that the child saw. If another one was written since, nothing is discarded
    and the child reads that one (promise C5).
    """
    site = current_report_site()
    # All of them are tried, whichever finds something: pictures may be from before the site key was replaced.
    threads = [thread_of(one, code) for one in site.key.all]
    held = [waiting_in_intake(site.intake_store, site.key, keys.id) for keys in threads]
    with site.database.session(write=False) as session:
        found = [answers_for(session, keys, waits) for keys, waits in zip(threads, held, strict=True)]
    keys, answers = next((both for both in zip(threads, found, strict=True) if both[1]), (threads[0], None))
    if not (forget and answers) or forget != answers.newest:
        return answers
    due = site.calendar.slot_end(site.calendar.slot_of(now_utc()))
    site.intake_store.put(seal_discarded_replies(site.key, discarded_replies(site.key, keys, answers, due)))
    return ThreadReplies("gone")


def _replies_page(say: Speech, answers: ThreadReplies | None, code: Sequence[int]) -> str:
    return render_template(
        "report/answer.html",
        **skeleton(ANSWERS_BAND.value, say),
        found=answers,
        pictures=[current_report_site().pictures.keys[number] for number in code],
        help_lines=_help_lines(say),
    )


def _waiting_page(say: Speech, code: Sequence[int], forget: str) -> str:
    """The page shown while look-ups are limited. Its button sends the same pictures; it is as long as an answer."""
    return render_template(
        "report/waiting.html",
        **skeleton(ANSWERS_BAND.value, say),
        pictures=[current_report_site().pictures.keys[number] for number in code],
        forget=forget,
        help_lines=_help_lines(say),
    )


def _entry_page(say: Speech, tapped: Sequence[str], typed: str = "", problem: str = "") -> str:
    pictures = current_report_site().pictures
    return render_template(
        "report/entry.html",
        **skeleton(ANSWERS_BAND.value, say),
        keys=[(id, pictures.name(id, say.lang)) for id in pictures.keys],
        tapped=tapped,
        typed=typed,
        problem=problem,
        total=LENGTH,
        help_lines=_help_lines(say),
    )


def _help_lines(say: Speech) -> list[tuple[Helpline, WordingLine]]:
    return say.help_lines(Adults.WORRY if is_for_adults() else ANSWERS_BAND)


def _speech_or_404(lang: str) -> Speech:
    say = speech_for("replies", lang) if lang in languages() else None
    if say is None:
        raise NotFound
    return say
