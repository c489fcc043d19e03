"""The languages of a page of families, each in its own name, with how that very page stands in it."""

import re
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.conduct.views.blueprint import language_name
from kiosk.content.translation import InLanguage
from kiosk.families.states import PageState, page_state
from kiosk.families.views.blueprint import bp, page_at
from kiosk.site import current_site
from kiosk.web.i18n import LanguageLink, language_links
from kiosk.wording.messages import N_

A_PLACE = re.compile(r"[a-z][a-z0-9-]{0,40}")
START = "/home/"
# What a page is called from which somebody comes, by the first part of its address.
PAGES = {"code": N_("Our Code"), "help": N_("What has happened?")}
ELSEWHERE = N_("Back to the page")
# Whoever has the address of a slip can send it back: it is carried into no other, least of all one that caches keep.
OF_SLIPS = "home_slip."


@dataclass(frozen=True)
class Row:
    """One language: the same page and place in it, its name in the reader's language, and how the page stands in it."""

    link: LanguageLink
    url: str
    name: str
    state: PageState


@bp.get("/languages")
@open_to_all
def languages() -> ResponseReturnValue:
    """Every language; `page` names the page to go on with, and `at` the place in it."""
    path, endpoint, values = _page(request.args.get("page", ""))
    at = request.args.get("at", "")
    place = at if A_PLACE.fullmatch(at) else None
    rows = [
        Row(
            one,
            url_for(endpoint, **values, lang=code, _anchor=place),
            language_name(code),
            page_state(current_site(), path, code),
        )
        for one, code in zip(language_links(), current_site().config.language_list, strict=True)
    ]
    return render_template(
        "families/languages.html",
        rows=rows,
        states=InLanguage,
        back=url_for(endpoint, **values, _anchor=place),
        back_words=PAGES.get(path.split("/")[2], ELSEWHERE),
        rule=place[1:] if place and re.fullmatch(r"r\d+", place) else "",
    )


def _page(path: str) -> tuple[str, str, dict[str, Any]]:
    """A page of families that can be read, as an address and what url_for makes it of; else their start."""
    found = page_at(path) if path.startswith(START) else None
    if found and found[0] != "families.languages" and not found[0].startswith(OF_SLIPS):
        return path, *found
    return START, "families.home", {}


@bp.app_template_global("other_languages")
def other_languages() -> list[LanguageLink]:
    """The languages that a page is not in, in the order of the school's settings; none on a page of a slip, nor where
    something went wrong with one."""
    if str(request.endpoint).startswith(OF_SLIPS):
        return []
    return [one for one in language_links() if not one.current]
