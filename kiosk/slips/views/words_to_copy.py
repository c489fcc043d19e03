"""A text message to copy, and a card for the fridge. Kiosk sends neither, asks for no answer and counts nobody."""

from urllib.parse import urlsplit

from flask import render_template, request
from markupsafe import Markup

from kiosk.accounts.classes.access import every_class, year_order
from kiosk.accounts.sign_in.login import staff_required
from kiosk.content.language import direction, english_name, own_name
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.slips.asking import planned_lessons, question_of
from kiosk.slips.languages import Said, is_read, said
from kiosk.slips.text_message import count_signs, plain
from kiosk.slips.views.office import MAKERS, NUMBERS, bp
from kiosk.told.officers import officers
from kiosk.web.i18n import html_language
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import year_words

LONGEST = 400  # of what somebody typed; more is cut off before it is counted
PATTERN = N_("%(school)s, %(year)s. Ask at tea: %(ask)s Listen for: %(listen)s %(address)s")
SHORT_PATTERN = N_("%(school)s: Ask: %(ask)s %(address)s")  # where letters are not plain
SHORTEST_PATTERN = N_(
    "A question to ask at tea: %(address)s"
)  # where the question itself is too long for one part


@bp.get("/text")
@staff_required(*MAKERS)
def text() -> str:
    """A text of one part for each language, to copy into the school's own messages; own words are counted as well."""
    site = current_site()
    classes = every_class(school())
    years = sorted({group.year for group in classes}, key=year_order)
    asked = request.args.get("year", "")
    year = asked if asked in years else (years[0] if years else "")
    own = request.args.get("words", "").strip().replace("\r\n", "\n")[:LONGEST]
    groups = [group for group in classes if group.year == year][:1]
    lesson_id = next(iter(planned_lessons(school(), site, groups).values()), "")
    return render_template(
        "slips/text.html",
        years=[(one, year_words(one)) for one in years],
        year=year,
        messages=[
            (lang, english_name(lang), direction(lang), is_read(site, lang), words, count_signs(words))
            for lang in (site.config.language_list if year else ())
            if (words := _message(lang, year, lesson_id))
        ],
        own=own,
        signs=count_signs(own),
    )


@bp.get("/card")
@staff_required(*MAKERS)
def card() -> str:
    """A card for the fridge, two on a sheet: no year on it, so it stays true."""
    site = current_site()
    lines = site.facts.helplines.all
    office = next((one for one in officers(school(), (Role.OFFICE,)) if one.reach), None)
    address = f"{site.config.homes_url}/home/"
    return render_template(
        "slips/card.html",
        lines=[lines[id] for id in NUMBERS if id in lines],
        office=office,
        address=_short(address),
        languages=[
            (own_name(lang), html_language(lang), direction(lang)) for lang in site.config.language_list
        ],
        square=qr_svg(address),
    )


def _message(lang: str, year: str, lesson_id: str) -> str:
    """The longest of the patterns that goes as one part."""
    site = current_site()
    question = question_of(site, lesson_id, lang)
    values = {
        "school": site.config.school_name.removesuffix(" School"),
        "year": year_words(year),
        "ask": plain(_bare(question.ask)),
        "listen": plain(_bare(question.listen_for)),
        "address": _short(f"{site.config.homes_url}/home/{year.split('/')[0]}"),
    }
    offered = [said(pattern, lang, **values) for pattern in (PATTERN, SHORT_PATTERN, SHORTEST_PATTERN)]
    texts = [one.own or one.en for one in offered]
    return next((text for text in texts if count_signs(text).fits), texts[-1])


def _bare(words: Said) -> str:
    """A sentence without marks of a page."""
    return str(Markup(words.own or words.en).striptags())  # nosec B704: our own content, and no mark is left


def _short(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")
