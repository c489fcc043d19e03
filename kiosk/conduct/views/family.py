"""The Codes to read and print without an account: for families by band, for staff and for visitors."""

import re
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.conduct.family import code_alone, code_with_family_version
from kiosk.conduct.head import CodeId
from kiosk.conduct.sheet import sections_for_sheet
from kiosk.conduct.views.blueprint import bp
from kiosk.content.language import ENGLISH
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.i18n import address_key, language, page_settings, tell_url
from kiosk.web.templating import render_cached

ALONE: dict[str, CodeId] = {"staff": "staff", "visitor": "visitor"}
_NUMBER = re.compile(r'<bdi class="num">([0-9 ]+)</bdi>')


@bp.get("/home/code/<code_id>")
@open_to_all
def read(code_id: str) -> ResponseReturnValue:
    """A Code by its band, or the policy of staff or visitors; the child's own rules come first."""
    if code_id in set(Band):
        address = address_key()
        marks = None if address is None else (code_id, page_settings("home"), address)
        return render_cached("conduct/read.html", marks, lambda: _family_page_values(Band(code_id)))
    if code_id not in ALONE:
        raise NotFound
    found = code_alone(current_site().codes, ALONE[code_id], language())
    return render_template("conduct/read_alone.html", found=found, code_id=code_id)


def _family_page_values(band: Band) -> dict[str, Any]:
    """Everything that the family page of a Code shows."""
    found = code_with_family_version(current_site().codes, band, language())
    return {
        "found": found,
        "band": band,
        "sections": {section.id: section for section in found.sections},
        "on_paper": sections_for_sheet(found, pictured=band is Band.KS1),
        "children_code": current_site().codes[band.value, ENGLISH],
        "address": f"{current_site().config.public_url}/home/code/{band}",
        "tell_url": tell_url(band),
        "leave_url": url_for("public.start", band=band),
    }


@bp.app_template_filter("ring")
def ring(words: Markup) -> Markup:
    """The text with every phone number as a `tel:` link."""

    def link(match: re.Match[str]) -> str:
        digits = match[1].replace(" ", "")
        return f'<a href="tel:{digits}">{match[0]}</a>'

    return Markup(_NUMBER.sub(link, words))  # nosec B704 - safe HTML, with links of digits around numbers
