"""The evidence of the school on one printed page, with what governors see of a term."""

from collections.abc import Sequence
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_SCHOOL_FIGURES, every_class
from kiosk.accounts.sign_in.login import staff_required
from kiosk.oversight.coverage import STRAND_WORDS
from kiosk.oversight.evidence import gather_evidence
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.oversight.term_figures import changed_in, published
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.consent_words import KINDS as CONSENT_KINDS
from kiosk.oversight.views.coverage import KIND_WORDS, age_words, count_drafts
from kiosk.site import current_site
from kiosk.small_numbers import FEWEST, SMALL_SCHOOL, is_small
from kiosk.told.in_class import telling_progress
from kiosk.web.request_sessions import school
from kiosk.wording.facts import subject_of
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

LONGEST_TERM_DAYS = 200
SEASONS = (  # by the month in which a term began
    (8, N_("Autumn %(year)s")),
    (4, N_("Summer %(year)s")),
    (1, N_("Spring %(year)s")),
)
IN_TIME = {
    ShareInTime.NEARLY_ALL: N_("Nearly all (nine of ten, or more)"),
    ShareInTime.MOST: N_("Most (more than half)"),
    ShareInTime.HALF_OR_FEWER: N_("Half of them, or fewer"),
    None: N_("Too few to say"),
}
TOLD_WORDS = (N_("Yes"), N_("Maybe"), N_("I don’t think so"))
LINE_WORDS = (
    N_("Between children"),
    N_("Online: strangers, pictures, scams, sites"),
    N_("A child or home, and everything else"),
)


@bp.get("/evidence")
@staff_required(*SEE_SCHOOL_FIGURES)
def evidence() -> ResponseReturnValue:
    """Coverage, signatures, roles, reviews, and cases as a term's fixed bands; nothing about single children."""
    site = current_site()
    found = gather_evidence(school(), site.key, site.lessons, site.codes, site.facts, site.today())
    terms = published(school())
    telling = telling_progress(school(), every_class(school()), site.lessons, site.term_began())
    return render_template(
        "oversight/evidence.html",
        found=found,
        drafts=count_drafts(),
        terms=[_term_words(one) for one in terms],
        lines=_lines(terms),
        told=_told_lines([one for one in terms if one.told]),
        told_terms=[_term_words(one)["name"] for one in terms if one.told],
        latest=terms[0] if terms else None,
        telling=[one.due for one in telling if one.children],
        changed=changed_in(school(), terms[0]) if terms else (),
        rest=", ".join(_(words) for words in found.decisions.rest),
        today=site.today(),
        mail=bool(site.config.smtp_url),
        is_small=is_small,
        small_school=SMALL_SCHOOL,
        strand_words=STRAND_WORDS,
        kind_words=KIND_WORDS,
        ages=age_words,
        subject_of=subject_of,
        consent_kinds=CONSENT_KINDS,
    )


def _lines(terms: Sequence[TermFigures]) -> list[tuple[str, list[str]]]:
    """The lines of the table, each with a band for each term; the last is added from the bands."""
    words = [(_(words), [_band(one.bands[line]) for one in terms]) for line, words in enumerate(LINE_WORDS)]
    return [*words, (_("Together, from the lines above"), [_band(one.together) for one in terms])]


def _told_lines(terms: Sequence[TermFigures]) -> list[tuple[str, list[str]]]:
    """Each answer to "Would you tell?", with what stands in the column of each term."""
    return [
        (
            _(words),
            [
                _("%(before)s before, %(after)s after", before=_about(one, before), after=_about(one, after))
                for one in terms
                for before, after in [one.told[line]]
            ],
        )
        for line, words in enumerate(TOLD_WORDS)
    ]


def _about(term: TermFigures, number: int) -> str:
    """A number of children; the least one stands for none as well."""
    step = term.step or FEWEST
    return str(
        _("%(number)s or fewer", number=step) if number == step else _("about %(number)s", number=number)
    )


def _band(ends: tuple[int, int]) -> str:
    return str(_("%(low)s to %(high)s", low=ends[0], high=ends[1]))


def _term_words(one: TermFigures) -> dict[str, str]:
    """A term by its name, its days, when it was fixed, and how many had a first step in time."""
    return {
        "name": _name_of(one.began, one.last),
        "days": _("%(first)s to %(last)s", first=day_and_year(one.began), last=day_and_year(one.last)),
        "fixed": day_and_year(one.fixed_on or one.last),
        "in_time": _(IN_TIME[one.in_time]),
    }


def _name_of(first: date, last: date) -> str:
    if (last - first).days > LONGEST_TERM_DAYS:
        return str(_("School year from %(year)s", year=first.year))
    return str(_(next(words for month, words in SEASONS if first.month >= month), year=first.year))
