"""The Code as children read it from the start page, without signing in and without a question."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.conduct.reading import CodePage, screens_of
from kiosk.conduct.views.blueprint import bp, english_beside
from kiosk.content.language import same_language
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.i18n import address_key, language, page_settings, tell_url
from kiosk.web.templating import render_cached


@bp.get("/home/code/<band>/<int:number>")
@open_to_all
def read_as_child(band: str, number: int) -> ResponseReturnValue:
    """One group of rules of the Code of a band."""
    if band not in set(Band):
        raise NotFound
    code = current_site().codes.get(band, language())
    screens = [screen for screen in screens_of(code, Band(band)) if screen.rules]
    if not 1 <= number <= len(screens):
        raise NotFound
    address = address_key()
    marks = None if address is None else (band, number, page_settings(band), address)

    def shown() -> dict[str, Any]:
        return {
            "page": page_settings(band),
            "tell_url": tell_url(band),
            "leave_url": url_for("public.start", band=band),
            "code": code,
            "english": english_beside(code),
            "untranslated": not same_language(code.lang, language()),
            "stale": current_site().codes.stale(band, language()),
            "part": screens[number - 1],
            "number": number,
            "total": len(screens),
            "groups": _group_links(screens, number, band),
        }

    return render_cached("conduct/children.html", marks, shown)


def _group_links(screens: list[CodePage], number: int, band: str) -> list[tuple[str, str, str]]:
    """The groups for the navigation: title, address, and whether it is this one."""
    here = screens[number - 1].group
    found: list[tuple[str, str, str]] = []
    before = None
    for place, screen in enumerate(screens, 1):
        if screen.group and screen.group != before:
            url = url_for(".read_as_child", band=band, number=place)
            is_here = screen.group == here
            found.append((screen.group.title, "" if is_here else url, "here" if is_here else "later"))
        before = screen.group
    return found
