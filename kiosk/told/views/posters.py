"""Posters and cards with this school's own address: choose, print, and write down where they hang."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.bands import Band
from kiosk.conduct.views.blueprint import language_name
from kiosk.content.language import ENGLISH
from kiosk.lessons.views.blueprint import people_who_help
from kiosk.site import current_site
from kiosk.told.models import PosterKind
from kiosk.told.posters import (
    AUDIENCES,
    CARDS_A_PAGE,
    EVERYBODY,
    LONGEST_PLACE,
    Poster,
    forget_poster,
    posters_up,
    record_poster,
)
from kiosk.told.views.own import bp
from kiosk.web.errors import NotFound
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused, say

KIND_WORDS = {
    PosterKind.POSTER: N_("A4 poster for a wall"),
    PosterKind.CARDS: N_("Cards, eight to an A4 page"),
}
HELPLINES = ("childline",)


@bp.get("/posters")
@staff_required()
def posters() -> ResponseReturnValue:
    """Choose what to print, and see what hangs where."""
    return _list_page()


@bp.get("/posters/<sort>/<audience>/<lang>")
@staff_required()
def show_poster(sort: str, audience: str, lang: str) -> ResponseReturnValue:
    """One poster, or a page of cards, as it comes out of the printer."""
    return _poster_page(_poster_or_404(sort, audience, lang), lang)


@bp.get("/posters/print")
@staff_required()
def choose_poster() -> ResponseReturnValue:
    """From the form that asks for kind, ages and language to the page itself."""
    sort, audience, lang = (request.args.get(name, "") for name in ("sort", "audience", "lang"))
    _poster_or_404(sort, audience, lang)
    return redirect(url_for(".show_poster", sort=sort, audience=audience, lang=lang))


@bp.post("/posters/<sort>/<audience>/<lang>")
@staff_required()
def put_up_poster(sort: str, audience: str, lang: str) -> ResponseReturnValue:
    """Write down where this one was put up, in the words that it has now."""
    poster, place = _poster_or_404(sort, audience, lang), request.form.get("place", "")
    try:
        record_poster(school(), signed_in_staff(), poster, lang, place, current_site().today())
    except Refused as refused:
        return _poster_page(poster, lang, say(refused.message), place[: LONGEST_PLACE * 2]), 422
    school().commit()
    flash(_("Written down. It stands in the list of what hangs where."))
    return redirect(url_for(".posters"), 303)


@bp.post("/posters/<uuid:poster_id>/down")
@staff_required()
def take_down_poster(poster_id: uuid.UUID) -> ResponseReturnValue:
    """Take one that does not hang any more off the list."""
    forget_poster(school(), poster_id)
    school().commit()
    flash(_("Taken off the list."))
    return redirect(url_for(".posters"), 303)


def _poster_languages() -> list[str]:
    """The languages in which a poster is written and a child can tell, the school's own first."""
    written = set(current_site().notices.languages("poster"))
    return [lang for lang in current_site().telling_languages if lang in written] or [ENGLISH]


def _poster_or_404(sort: str, audience: str, lang: str) -> Poster:
    """The poster of an address; raises NotFound for one that does not exist."""
    if sort not in set(PosterKind) or audience not in AUDIENCES or lang not in _poster_languages():
        raise NotFound
    return _make_poster(PosterKind(sort), audience, lang, tuple(people_who_help()))


def _make_poster(kind: PosterKind, audience: str, lang: str, people: tuple[str, ...]) -> Poster:
    site = current_site()
    words = site.notices.get("poster", lang)
    door = "/report/" if audience == EVERYBODY else f"/report/{audience}/{lang}"
    found = (site.facts.helplines[id] for id in HELPLINES)
    return Poster(
        kind=kind,
        audience=audience,
        words=words,
        english=site.notices.get("poster") if words.draft else None,
        address=f"{site.config.public_url}{door}",
        people=people,
        lines=tuple((line.name, line.any_number) for line in found),
    )


def _poster_page(poster: Poster, lang: str, error: str = "", place: str = "") -> str:
    return render_template(
        "told/poster.html",
        poster=poster,
        lang=lang,
        code=qr_svg(poster.address),
        short=poster.address.split("://")[-1],
        copies=CARDS_A_PAGE if poster.kind is PosterKind.CARDS else 1,
        kind_words=KIND_WORDS[poster.kind],
        audience_words=_audience_words(poster.audience),
        language=language_name(lang),
        error=error,
        place=place,
        longest=LONGEST_PLACE,
    )


def _list_page() -> str:
    people = tuple(people_who_help())
    languages = _poster_languages()
    return render_template(
        "told/posters.html",
        kinds=[(kind.value, _(words)) for kind, words in KIND_WORDS.items()],
        audiences=[(audience, _audience_words(audience)) for audience in AUDIENCES],
        languages=[(lang, language_name(lang)) for lang in languages],
        rows=[_poster_row(row, people, languages) for row in posters_up(school())],
    )


def _poster_row(row: Any, people: tuple[str, ...], languages: list[str]) -> dict[str, Any]:
    """One line of the list; `stale` where something that stands on it has changed since."""
    known = row.lang in languages and row.audience in AUDIENCES
    return {
        "row": row,
        "kind": _(KIND_WORDS[row.kind]),
        "audience": _audience_words(row.audience) if known else row.audience,
        "language": language_name(row.lang),
        "stale": not known or _make_poster(row.kind, row.audience, row.lang, people).version != row.mark,
    }


def _audience_words(audience: str) -> str:
    """For whom it is, by their ages."""
    if audience == EVERYBODY:
        return str(_("Everybody"))
    first, last = Band(audience).limits.ages
    return str(_("Ages %(first)d to %(last)d", first=first, last=last))
