"""What a family opens: its slip, and the one tap that sends it back. Looking at it writes nothing (promise F2)."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.content.language import ENGLISH
from kiosk.site import current_site
from kiosk.slips.asking import question_of
from kiosk.slips.languages import is_read, said, written_in
from kiosk.slips.models import SlipKind
from kiosk.slips.slips import FoundSlip, come_back, find_slip, open_term
from kiosk.web.i18n import language, language_links
from kiosk.wording.messages import N_

ENDED = N_("This slip has ended. The office can give you a new one.")
GONE = 404
# The address of a slip opens it, so no page hears of it. "no-referrer" would do the same and takes the origin from the
# form that comes back, by which browsers without Fetch Metadata are known (promise A14).
GOES_NOWHERE = {"Referrer-Policy": "strict-origin", "Cache-Control": "no-store"}

bp = Blueprint("home_slip", __name__, url_prefix="/home/slip")


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """A slip as its family reads it, or that it is back: the same whoever asks, and however often."""
    found = _find(token)
    if found is None:
        return _ended()
    _speak(found)
    return _page(found, token)


@bp.post("/<token>")
@open_to_all
def send_back(token: str) -> ResponseReturnValue:
    """Note that this slip came back; the second tap changes nothing."""
    found = _find(token)
    if found is None:
        return _ended()
    site = current_site()
    with site.databases.school.write() as session:
        come_back(session, found.slip.id, site.today())
    return redirect(url_for(".show", token=token, lang=request.args.get("lang")), 303)


def _find(token: str) -> FoundSlip | None:
    """Looked up without the right to write, also for a form: a guess holds up nobody."""
    site = current_site()
    with site.databases.school.session(write=False) as session:
        return find_slip(session, token, open_term(site.calendar, site.today()))


def _speak(found: FoundSlip) -> None:
    """The page is in the language that the address names, else in that of the home."""
    if not request.args.get("lang"):
        g.language = written_in(current_site(), found.slip.lang)
        refresh()


def _page(found: FoundSlip, token: str) -> Response:
    site, lang = current_site(), language()
    asks = found.slip.kind is SlipKind.ASK
    page = render_template(
        "slips/came_back.html" if found.slip.back_on else "slips/slip.html",
        found=found,
        asks=asks,
        question=question_of(site, found.slip.lesson_id, lang) if asks else None,
        languages=language_links(),
        draft=not is_read(site, lang),
        action=url_for(".send_back", token=token, lang=request.args.get("lang")),
        code_url=url_for("conduct.read", code_id=found.band.value, lang=lang),
        lang=lang,
    )
    return make_response(page, 200, GOES_NOWHERE)


def _ended() -> Response:
    """One page for a slip that has ended, that never was, or of another term; not a byte differs (promise S9)."""
    langs = current_site().config.language_list
    g.language = langs[0]
    refresh()
    said_in = {lang: said(ENDED, lang) for lang in langs}
    sentences = [(one.own or one.en, lang) for lang, one in said_in.items() if one.own or lang == ENGLISH]
    page = render_template("slips/ended.html", sentences=sentences)
    return make_response(page, GONE, GOES_NOWHERE)
