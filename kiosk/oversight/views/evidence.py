"""The evidence of the school on one printed page."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_SCHOOL_FIGURES
from kiosk.accounts.sign_in.login import staff_required
from kiosk.oversight.coverage import STRAND_WORDS
from kiosk.oversight.evidence import gather_evidence
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.consent_words import KINDS as CONSENT_KINDS
from kiosk.oversight.views.coverage import KIND_WORDS, age_words
from kiosk.site import current_site
from kiosk.small_numbers import is_small
from kiosk.web.request_sessions import school
from kiosk.wording.facts import subject_of


@bp.get("/evidence")
@staff_required(*SEE_SCHOOL_FIGURES)
def evidence() -> ResponseReturnValue:
    """Coverage, signatures, roles and reviews; nothing about reports or single children."""
    site = current_site()
    found = gather_evidence(school(), site.key, site.lessons, site.codes, site.facts, site.today())
    return render_template(
        "oversight/evidence.html",
        found=found,
        rest=", ".join(_(words) for words in found.decisions.rest),
        today=site.today(),
        mail=bool(site.config.smtp_url),
        is_small=is_small,
        strand_words=STRAND_WORDS,
        kind_words=KIND_WORDS,
        ages=age_words,
        subject_of=subject_of,
        consent_kinds=CONSENT_KINDS,
    )
