"""A form and the page after sending have one length and the same headers, whoever they are for (promise F8)."""

import gzip

import pytest
from werkzeug.test import Client

from tests.pages import Page
from tests.report.telling import FORM

pytestmark = pytest.mark.database("sqlite")  # how long a page is depends on no database

FORMS = (("ks1", "en"), ("ks2", "ur"), ("ks3", "pl"), ("ks4", "en"), ("worry", "en"), ("worry", "ur"))
TOLD = {"concern": "friend", "words": "a worry"}
UNSAID = {"name": "no concern and no words"}


def _asked(tablet: Client, address: str) -> list[tuple[int, int, str]]:
    """Status, length and headers of the form, of one that comes back to be corrected, and of the page after sending."""
    form = tablet.get(address, headers={"Accept-Encoding": "gzip"})
    nonce = Page(gzip.decompress(form.data).decode()).value("nonce")
    sent = [
        tablet.post(
            address,
            data={**answers, "nonce": nonce},
            content_type=FORM,
            headers={"Accept-Encoding": "gzip"},
        )
        for answers in (UNSAID, TOLD)
    ]
    return [(one.status_code, len(one.data), str(one.headers)) for one in (form, *sent)]


def test_a_child_of_any_age_and_a_grown_up_get_pages_of_one_length_with_the_same_headers(
    tablet: Client, readers: dict[str, str]
) -> None:
    said = {address: _asked(tablet, "/report/{}/{}".format(*address)) for address in FORMS}
    assert [status for status, *_ in said["worry", "en"]] == [200, 422, 200]
    assert len({str(one) for one in said.values()}) == 1, said


def test_without_compression_a_form_is_whole(tablet: Client, readers: dict[str, str]) -> None:
    answer = tablet.get("/report/worry/en", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers
    assert answer.text.rstrip().endswith("</html>")
