"""The Codes to read and print without an account: for families, of all and by band, for staff and for visitors."""

import re
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.conduct.family import FAMILIES, code_alone, code_with_family_version
from kiosk.conduct.head import CodeId
from kiosk.conduct.sheet import sections_for_sheet
from kiosk.conduct.views.blueprint import bp
from kiosk.content.language import ENGLISH
from kiosk.content.translation import InLanguage
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.i18n import address_key, language, page_settings, tablet
from kiosk.web.templating import whole_page

ALONE: dict[str, CodeId] = {"staff": "staff", "visitor": "visitor"}
_NUMBER = re.compile(r'<bdi class="num">([0-9 ]+)</bdi>')


@bp.get("/home/code", defaults={"code_id": FAMILIES})
@bp.get("/home/code/<code_id>")
@open_to_all
def read(code_id: str) -> ResponseReturnValue:
    """The Code of families, or that of a band with the child's own rules first; or the policy of staff or visitors."""
    if code_id == FAMILIES or code_id in set(Band):
        address = address_key()
        marks = None if address is None else (code_id, page_settings("home"), address)
        return whole_page("families/code.html", marks, lambda: _family_page_values(code_id))
    if code_id not in ALONE:
        raise NotFound
    site = current_site()
    found = code_alone(site.codes, ALONE[code_id], language(), site.in_use.has_code)
    return render_template("conduct/read_alone.html", found=found, code_id=code_id)


def _family_page_values(code_id: str) -> dict[str, Any]:
    """Everything that the page of a Code shows to families."""
    site, band = current_site(), Band(code_id) if code_id in set(Band) else None
    found = (
        code_with_family_version(site.codes, band, language(), site.in_use.has_code)
        if band
        else code_alone(site.codes, FAMILIES, language(), site.in_use.has_code)
    )
    return {
        "found": found,
        "band": band,
        "on_paper": sections_for_sheet(found, pictured=band is Band.KS1),
        "english_code": site.codes[code_id, ENGLISH],
        "states": InLanguage,
        "day": site.in_use.day_of("code", code_id, language()),
        "address": f"{site.config.homes_url}/home/code" + (f"/{band}" if band else ""),
        "links": not tablet().part,
    }


@bp.app_template_global("first_line")
def first_line(name: str) -> str:
    """What stands in this language where a page is not in it yet; empty until two people approved it."""
    return current_site().first_line(name, language())


@bp.app_template_filter("ring")
def ring(words: Markup) -> Markup:
    """The text with every phone number as a `tel:` link."""

    def link(match: re.Match[str]) -> str:
        digits = match[1].replace(" ", "")
        return f'<a href="tel:{digits}">{match[0]}</a>'

    return Markup(_NUMBER.sub(link, words))  # nosec B704 - safe HTML, with links of digits around numbers
