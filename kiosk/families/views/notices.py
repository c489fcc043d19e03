"""What the school tells families about computers at school, each notice in its versions (promise F5)."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.families.views.blueprint import bp
from kiosk.site import current_site
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.told.family_notices import InLanguage, ShownNotice, shown_notices, told_versions
from kiosk.web.errors import NotFound
from kiosk.web.i18n import html_language, language, language_links
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_

STATES = {
    InLanguage.APPROVED: N_("Approved"),
    InLanguage.OLDER: N_("An earlier version"),
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
    wrong = next(
        (one for one in found or () if chosen and one.corrected_by and one.corrected_by.id == chosen.id), None
    )
    return render_template(
        "families/notices.html",
        away=found is None,
        chosen=chosen,
        puts_right=wrong,
        read_url=_in_this_language(chosen.newest.version.words.read.page)
        if chosen and chosen.newest.version.words.read
        else "",
        others=[one for one in found or () if one is not chosen],
        languages=[
            (link, states[link.lang], _(STATES[states[link.lang]])) for link in language_links() if states
        ],
    )


def _in_this_language(page: str) -> str:
    """A page for families in the language of this one, at the place that it names."""
    path, _hash, place = page.partition("#")
    map_of_pages = current_app.url_map.bind("")
    try:
        endpoint, values = map_of_pages.match(path, method="GET")
    except RequestRedirect as longer:  # the page has a shorter address as well
        endpoint, values = map_of_pages.match(urlsplit(longer.new_url).path, method="GET")
    except HTTPException:  # a notice is frozen, and may name a page that has gone since
        return page
    return url_for(endpoint, **values, _anchor=place or None)
