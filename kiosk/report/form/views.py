"""The pages of the report zone: one form, one POST, and the page after sending."""

import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.host.page_cache import CacheKey, Shown
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.who_reads import people_to_tell, reads_again_on
from kiosk.report.form.answers import NOTHING, ReportAnswers, is_nonce, read
from kiosk.report.form.groups import BY_ADDRESS, OF_ADULTS, Adults, Group
from kiosk.report.form.page import (
    AfterSending,
    NotTaken,
    after_sending,
    form_page,
    is_for_adults,
    is_from_our_page,
    is_night,
    lang_of_request,
    languages_on_offer,
    next_reading,
    pad_empty_form,
    pad_form,
    pad_page,
    skeleton,
    tablet_of_request,
    thanks_page,
)
from kiosk.report.form.seal import seal_report
from kiosk.report.form.self_test_mark import FIELD, is_mark
from kiosk.report.form.speech import Speech, languages, speech_for
from kiosk.report.form.wording import WordingLine
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import NotKept, OneCopy
from kiosk.report.intake.urgent import UrgentProgress
from kiosk.report.list_in_memory import current_keyring
from kiosk.report.release import AT_ONCE
from kiosk.report.site import current_report_site
from kiosk.storage.db import now_utc
from kiosk.web.compression import OpenPage
from kiosk.web.look import Tablet
from kiosk.web.templating import BUILT_DIR

SOFT_LIMIT_BYTES = 16 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"
ICON = "pictures/colour/lessons.svg"
TOO_LONG = "It did not reach us. {}, or start again with fewer words."
NONCE_PLACE = secrets.token_urlsafe(24)  # so that no name or word on a page can be it
EMPTY_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

bp = Blueprint("report", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Choose the right page, in the school's first language."""
    return choose(languages()[0])


@bp.get("/choose/<lang>")
def choose(lang: str) -> ResponseReturnValue:
    """Choose the right page; links only."""
    say = speech_for("chooser", lang)
    if say is None or lang not in languages():
        raise NotFound
    parts = skeleton("chooser", say) | {"bands": list(Band), "languages": languages_on_offer()}
    return render_template("report/chooser.html", **parts)


@bp.get("/<band>/<lang>")
@bp.get("/<band>/<lang>/<tablet>")
def show(band: str, lang: str, tablet: str = "") -> ResponseReturnValue:
    """The form, empty, with a nonce of its own."""
    say = _speech_or_404(band, lang)
    recipients = _current_recipients()
    if not (recipients.published and recipients.usable):
        return show_problem(503, people_to_tell(recipients)), 503
    page = _empty_form(say, BY_ADDRESS[band], recipients, now_utc())
    return pad_empty_form(page, _new_nonce())


@bp.post("/<band>/<lang>")
@bp.post("/<band>/<lang>/<tablet>")
def send(band: str, lang: str, tablet: str = "") -> ResponseReturnValue:
    """Store the report and say so, or show the form again with everything typed."""
    site = current_report_site()
    say = _speech_or_404(band, lang)
    if request.mimetype != FORM_TYPE:
        raise UnsupportedMediaType
    too_large = (request.content_length or 0) > SOFT_LIMIT_BYTES
    recipients = _current_recipients()
    answers, errors = read(_with_nonce(), BY_ADDRESS[band], say.lang)
    now = now_utc()

    def again(
        status: int, problem: WordingLine | None = None, failed: int = 0, one_copy: bool = False
    ) -> ResponseReturnValue:
        sent = NotTaken(errors, problem, failed, one_copy)
        shown = form_page(say, answers, recipients, now, sent)
        return pad_form(render_template("report/form.html", **shown)), status

    if not is_from_our_page():
        return again(403, say("error.origin"))
    if errors or too_large:
        return again(
            413 if too_large else 422,
            say("error.long", limit=answers.band.limits.words_limit) if too_large else None,
        )
    if not (recipients.usable and recipients.published):
        return again(503, say("error.save"), _failed_before() + 1)
    if answers.concern == NOTHING:  # no work for equality's sake: the server's beat hides how long it takes
        return pad_page(_page_after_sending(say, after_sending(say, answers, now)))
    is_self_test = is_mark(site.key, request.form.get(FIELD, ""), site.calendar, now)
    taken = seal_report(recipients, site.key, site.calendar, answers, now, is_self_test)
    try:
        site.intake_store.put(seal_report_item(site.key, taken.sealed))
    except OneCopy:  # it reaches staff, so nobody may read that it was not saved
        return again(503, say("error.one_copy"), _failed_before() + 1, one_copy=True)
    except NotKept:
        current_app.log_exception(sys.exc_info())
        return again(503, say("error.save"), _failed_before() + 1)
    passed_on: UrgentProgress | None = None
    if taken.sealed.due == AT_ONCE:
        passed_on = site.urgent_alert.reach_staff(site, site.database, taken.sealed.id, now)
    again_on = reads_again_on(recipients, now.astimezone(site.calendar.zone).date())
    after = after_sending(say, answers, now, taken, passed_on, again_on)
    return pad_page(_page_after_sending(say, after, taken.code))


def _empty_form(say: Speech, band: Group, recipients: Keyring, now: datetime) -> OpenPage:
    """The empty form without its nonce; the same for every child until readers or clock change, so it is cached."""

    def make() -> OpenPage:
        page = render_template("report/form.html", **form_page(say, answers, recipients, now))
        before, after = page.encode().split(NONCE_PLACE.encode())
        return OpenPage(before, after)

    site, answers, tablet = (
        current_report_site(),
        ReportAnswers(band, say.lang, NONCE_PLACE),
        tablet_of_request(),
    )
    look = next_reading(site.calendar, now)  # said in words that depend on the day: "today", "tomorrow"
    hours = site.calendar.is_open(now), is_night(site.calendar, now)
    return _cached_page(
        tablet,
        (
            band,
            say.lang,
            lang_of_request(),
            tablet.band,
            look,
            now.astimezone(look.tzinfo).date(),
            hours,
            recipients,
        ),
        make,
    )


def _cached_page(tablet: Tablet, marks: CacheKey, make: Callable[[], Shown]) -> Shown:
    """A page from the cache, or made now. Pages in a look that a tablet chose are not cached, as there are too many."""
    return make() if tablet.look.code else current_report_site().page_cache.get(marks, make)


@bp.get("/icon.svg")
def icon() -> Response:
    """The icon of every page, but kept by no cache; so the browser does not keep the page either (promise A9)."""
    return Response((BUILT_DIR / ICON).read_bytes(), mimetype="image/svg+xml")


@bp.get("/quiet.svg")
def quiet() -> Response:
    """A picture whose response tells the browser to forget what it stored of this site (promise A9)."""
    return Response(EMPTY_PICTURE, mimetype="image/svg+xml", headers={"Clear-Site-Data": '"cache"'})


def show_problem(status: int, people: Sequence[str] = ()) -> Response:
    """The page for a status: what to do now, whom to go to, and who listens, in the school's first language.

    Nothing here says "go back": the form is empty by then, as a page that is left forgets what was typed.
    """
    adults, lang = is_for_adults(), languages()[0]
    skin, listens = (Adults.WORRY.value, "nspcc") if adults else ("ks2", "childline")
    say = _speech_for_adults(lang) if adults else speech_for(skin, lang)
    assert say is not None
    first = "Please ring the school office" if adults else "Please tell a grown-up you trust"
    titles = {
        404: ("compass", "We can't find that page", "You did nothing wrong. It may have moved."),
        405: ("compass", "That does not work here", "You did nothing wrong."),
        413: ("pencil", "That was too long for us", TOO_LONG.format(first)),
        415: ("pencil", "We only take words here", say("error.blob" if adults else "error.upload").first),
        503: ("seedling", "This page is not ready yet", f"{first}."),
    }
    picture, title, line = titles.get(
        status, ("wrench", "Something broke on our side", "You did nothing wrong.")
    )
    if people:
        line += f" At school: {', '.join(people)}."
    parts = skeleton(skin, say) | {
        "shown": picture,
        "title": title,
        "line": line,
        "listens": say.help_line(listens),
        "listens_what": say(f"stop.{listens}_body"),
        "go_label": say("page.back").first if status == 503 else say("intro.title").first,
        "go_url": "/" if status == 503 else f"/report/{OF_ADULTS}/{say.lang}" if adults else "/report/",
    }
    return pad_form(render_template("report/problem.html", **parts))


def _speech_or_404(band: str, lang: str) -> Speech:
    group = BY_ADDRESS.get(band)
    if group is Adults.WORRY:
        say = _speech_for_adults(lang)
    else:
        say = speech_for(group, lang) if group and lang in languages() else None
    if say is None:
        raise NotFound
    return say


def _speech_for_adults(lang: str) -> Speech | None:
    """The words of the form for grown-ups: in their language once somebody who reads it has approved it, else English.

    It is never shown half in each, as a draft is to a child with English beside it.
    """
    if lang not in current_report_site().config.language_list:
        return None
    say = speech_for(Adults.WORRY.value, lang) if lang in languages() else None
    return say if say and not say.draft else speech_for(Adults.WORRY.value, ENGLISH)


def _with_nonce() -> MultiDict[str, str]:
    """The form as sent, with a new nonce if it lacks one: no report is refused for a missing nonce."""
    if is_nonce(request.form.get("nonce", "")):
        return request.form
    values = MultiDict(request.form)
    values["nonce"] = _new_nonce()
    return values


def _failed_before() -> int:
    """How often this form could not be saved, as the form itself carries it; 0 for anything odd."""
    told = request.form.get("failed", "")
    return int(told) if told in {"1", "2", "3"} else 0


def _new_nonce() -> str:
    return secrets.token_urlsafe(24)


def _page_after_sending(say: Speech, after: AfterSending, code: Sequence[int] = ()) -> str:
    """The page after sending; without pictures it is the same for every child of a route and hour, so it is cached."""
    if code:
        return render_template("report/thanks.html", **thanks_page(say, after, code))
    return _cached_page(
        after.tablet,
        ("thanks", after),
        lambda: render_template("report/thanks.html", **thanks_page(say, after)),
    )


def _current_recipients() -> Keyring:
    site = current_report_site()
    return current_keyring(site.database, site.config)
