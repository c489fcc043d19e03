"""The Code as children read it from the start page, without signing in and without a question."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.conduct.reading import rule_pages
from kiosk.conduct.views.blueprint import bp, english_beside, scene_of
from kiosk.content.language import same_language
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.i18n import address_key, language, page_settings, tell_url
from kiosk.web.templating import whole_page


@bp.get("/home/code/<band>/<int:number>")
@open_to_all
def read_as_child(band: str, number: int) -> ResponseReturnValue:
    """One rule of the Code of a band."""
    if band not in set(Band):
        raise NotFound
    code = current_site().codes.get(band, language())
    pages = rule_pages(code)
    if not 1 <= number <= len(pages):
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
            "part": pages[number - 1],
            "drawn": scene_of(code, pages[number - 1]),
            "number": number,
            "total": len(pages),
        }

    return whole_page("conduct/children.html", marks, shown)
