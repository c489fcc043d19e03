"""The id of a report that a test sent, worked out from its form as kiosk does."""

import uuid
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.report.form.answers import read
from kiosk.sealing.site_key import SiteKey


def id_of_sent(key: SiteKey, band: str, lang: str, form: Mapping[str, str]) -> uuid.UUID:
    """The id that this form gets on the page of this band and language."""
    values: MultiDict[str, str] = form if isinstance(form, MultiDict) else MultiDict(form)
    answers, _ = read(values, Band(band), lang)
    return key.report_id(answers.nonce, answers.canonical())
