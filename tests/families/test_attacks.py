"""What a stranger asks of the families' pages: pages that are not there, and the address of a slip in another's."""

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

TOKEN = "pahqcm4gyfplrxmlvukckdlmtq"
SLIP = f"/home/slip/{TOKEN}"


@pytest.mark.parametrize("page", ["/home/code/nobody", "/home/code/..", "/home/code/%00"])
def test_languages_of_a_code_that_is_not_there_are_those_of_any_page(client: FlaskClient, page: str) -> None:
    answer = client.get("/home/languages", query_string={"page": page, "lang": "pl"})

    assert answer.status_code == 200
    assert "fam-lang" in answer.text


def test_the_address_of_a_slip_is_carried_into_no_page_that_caches_keep(client: FlaskClient) -> None:
    answer = client.get("/home/languages", query_string={"page": SLIP})

    assert answer.status_code == 200
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ({"headers": {"Sec-Fetch-Site": "same-origin"}, "content_type": "multipart/form-data"}, 415),
    ],
)
def test_where_a_slip_is_refused_no_link_carries_its_address(
    client: FlaskClient, sent: dict[str, object], status: int
) -> None:
    answer = client.post(SLIP, **sent)  # type: ignore[arg-type]

    assert answer.status_code == status
    assert TOKEN not in answer.text
