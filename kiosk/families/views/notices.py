"""What the school tells families about computers at school, each notice in its versions (promise F5)."""

from collections.abc import Sequence

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.content.translation import InLanguage
from kiosk.families.views.blueprint import bp, page_at
from kiosk.site import current_site
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.told.family_notices import ShownNotice, shown_notices, told_versions
from kiosk.web.errors import NotFound
from kiosk.web.i18n import html_language, language, language_links
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_

STATES = {
    InLanguage.APPROVED: N_("Approved"),
    InLanguage.OLD: N_("An earlier version"),
    InLanguage.DRAFT: N_("Draft"),
    InLanguage.NOT_YET: N_("Not yet"),
}


@bp.get("/notices")
@open_to_all
def notices() -> ResponseReturnValue:
    """The newest notice whole, and those before it."""
    found = _shown()
    return _page(found, found[0] if found else None)


@bp.get("/notices/<notice_id>")
@open_to_all
def notice(notice_id: str) -> ResponseReturnValue:
    """One notice whole, and the others."""
    found = _shown()
    chosen = next((one for one in found or () if one.id == notice_id), None)
    if found is not None and chosen is None:
        raise NotFound
    return _page(found, chosen)


def _shown() -> list[ShownNotice] | None:
    """What is published, in the language of the page; None while the database is away."""
    site = current_site()
    try:
        told = told_versions(school())
    except DATABASE_ERRORS:
        return None
    return shown_notices(site.family_notices, told, language(), site.config.language_list)


def _page(found: Sequence[ShownNotice] | None, chosen: ShownNotice | None) -> str:
    states = {} if chosen is None else {html_language(code): one for code, one in chosen.languages.items()}
    read = chosen.newest.version.words.read if chosen else None
    return render_template(
        "families/notices.html",
        away=found is None,
        chosen=chosen,
        read_url=_in_this_language(read.page) if read else "",
        others=[one for one in found or () if one is not chosen],
        languages=[
            (link, states[link.lang], _(STATES[states[link.lang]])) for link in language_links() if states
        ],
    )


def _in_this_language(page: str) -> str:
    """A page for families in the language of this one, at the place that it names."""
    path, _hash, place = page.partition("#")
    found = page_at(path)  # a notice is frozen, and may name a page that has gone since
    return url_for(found[0], **found[1], _anchor=place or None) if found else page
