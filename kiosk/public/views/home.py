"""Pages to read at home or at reception without an account: overview, help, what we keep, the policy, credits."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.duties.book import state_of_each
from kiosk.incidents.learning.families_said import shown_lines
from kiosk.incidents.learning.you_said_we_did import published_entries
from kiosk.public.articles import OWN_POLICY, POLICY, ArticlePage, Articles
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.told.officers import CHILD_PROTECTION, Officer, officers
from kiosk.web.errors import NotFound
from kiosk.web.i18n import direction, html_language, language, page_settings, tell_url, telling_language
from kiosk.web.request_sessions import school
from kiosk.wording.facts import Helpline, Helplines
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

FAMILIES = "parents"
OFFICER_WORDS = {
    Role.DSL: N_("Keeps children safe"),
    Role.COORDINATOR: N_("Keeps children safe online"),
    Role.PRINCIPAL: N_("Leads the school"),
}

bp = Blueprint("home", __name__, url_prefix="/home")


@bp.get("/all")
@open_to_all
def index() -> ResponseReturnValue:
    """All that families and visitors can read here, as a list."""
    return render_template("families/all.html", bands=list(Band))


@bp.get("/help/all")
@open_to_all
def show_help() -> ResponseReturnValue:
    """All the lines, for children by age and for adults; opening hours only until their review date."""
    asked = request.args.get("band", "")
    bands = [Band(asked)] if asked in set(Band) else list(Band)
    for_children = _by_youngest(bands)
    shown = {line.id for _, lines in for_children for line in lines}
    for_adults = [line for line in _helplines().for_audience("parent") if line.id not in shown]
    to_ring = [line for _, lines in [*for_children, ("", for_adults)] for line in lines if line.any_number]
    return render_template(
        "public/help.html",
        bands=list(Band),
        asked=bands[0] if len(bands) == 1 else None,
        for_children=for_children,
        for_adults=for_adults,
        checked=min((line.checked_on for line in to_ring), default=None),
        today=current_site().today(),
        lang=language(),
        officers=officers_now(),
        officer_words=OFFICER_WORDS,
    )


@bp.get("/we-did")
@open_to_all
def show_we_did() -> ResponseReturnValue:
    """ "You said, we did": to families what came of what they said, and of what children told; to a band the latter."""
    asked = request.args.get("band", "")
    bands = [Band(asked)] if asked in set(Band) else list(Band)
    entries = [
        (entry, html_language(entry.lang), direction(entry.lang))
        for entry in published_entries(school(), current_site().today(), bands)
    ]
    if asked not in set(Band):
        said = [
            (line, html_language(line.lang), direction(line.lang))
            for line in shown_lines(school(), current_site().today())
        ]
        return render_template("families/we_did.html", said=said, entries=entries)
    return render_template(
        "public/we_did_band.html",
        entries=entries,
        page=page_settings(asked),
        tell_url=tell_url(asked),
        leave_url=url_for("public.start", band=asked),
    )


@bp.get("/privacy/<reader>")
@open_to_all
def show_privacy(reader: str) -> ResponseReturnValue:
    """What we keep, for a child of a band or for parents."""
    if reader not in {*Band, FAMILIES}:
        raise NotFound
    words = _pages().get(reader, language())
    if reader == FAMILIES:
        return render_template("public/words.html", words_page=words, review=None)
    leave = url_for("public.start", band=reader)
    return render_template(
        "public/privacy.html",
        words_page=words,
        page=page_settings(reader),
        tell_url=tell_url(reader),
        leave_url=leave,
    )


@bp.get("/policy")
@open_to_all
def show_policy() -> ResponseReturnValue:
    """The policy, with the days of its last and next review."""
    policy = _as_the_book_says(_pages().get(POLICY, language()))
    review = {
        "last": _day_or_nothing(policy.reviewed_on),
        "next": _day_or_nothing(policy.next_review),
        "overdue": policy.overdue(current_site().today()),
    }
    return render_template(
        "public/words.html",
        words_page=policy,
        review=review,
        officers=officers_now(),
        officer_words=OFFICER_WORDS,
    )


@bp.get("/about")
@open_to_all
def show_about() -> ResponseReturnValue:
    """What kiosk is made of, and who made the parts."""
    return render_template("public/about.html")


@bp.get("/worry")
@open_to_all
def show_worry() -> ResponseReturnValue:
    """On to the form for grown-ups, in a language of telling; its address holds nothing of who came, nor from which
    page (promise F8)."""
    on = redirect(f"/report/kin/{telling_language()}", 303)
    on.headers["Referrer-Policy"] = "no-referrer"
    return on


def officers_now() -> list[Officer]:
    """Whom children and families may go to; nobody while the database is away, as the helplines must show then too."""
    try:
        return officers(school(), CHILD_PROTECTION)
    except DATABASE_ERRORS:
        return []


def _as_the_book_says(policy: ArticlePage) -> ArticlePage:
    """The policy with the days of the book of duties, where its review is written down; else those of its file."""
    try:
        state = state_of_each(school(), current_site().duties, OWN_POLICY, POLICY)
    except DATABASE_ERRORS:
        return policy
    days = [day for day in (policy.reviewed_on, state and state.done_on) if day]
    coming = (state and state.due_on) or policy.next_review
    return replace(policy, reviewed_on=max(days, default=None), next_review=coming)


def _by_youngest(bands: list[Band]) -> list[tuple[Band, list[Helpline]]]:
    """Helplines for children, each listed once under the youngest band that may see it."""
    seen: set[str] = set()
    found = []
    for band in bands:
        lines = [line for line in _helplines().for_band(band) if line.id not in seen]
        seen.update(line.id for line in lines)
        if lines:
            found.append((band, lines))
    return found


def _day_or_nothing(day: date | None) -> str:
    return day_and_year(day) if day else ""


def _helplines() -> Helplines:
    found: Helplines = current_site().facts.helplines
    return found


def _pages() -> Articles:
    found: Articles = current_site().articles
    return found
