"""A form and the page after sending have one length and the same headers, whoever they are for (promise F8)."""

import gzip
import random
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.host.page_cache import PageCache
from kiosk.report.form.answers import is_nonce
from kiosk.report.form.groups import BY_ADDRESS
from kiosk.report.form.page import FORM_BYTES
from kiosk.storage.db import Databases
from tests.factories import make_reader
from tests.pages import Page
from tests.report.telling import FORM
from tests.sites import make_site

pytestmark = pytest.mark.database("sqlite")  # how long a page is depends on no database

FORMS = (("ks1", "en"), ("ks2", "ur"), ("ks3", "pl"), ("ks4", "en"), ("worry", "en"), ("worry", "ur"))
PACKED = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}
TOLD = {"concern": "friend", "words": "a worry"}
UNSAID = {"name": "no concern and no words"}
MANY_READERS = ("dsl", "coordinator", "principal", "chair") * 3
URDU = [chr(number) for number in range(0x627, 0x64B)]


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


def test_the_longest_form_fits_with_a_dozen_readers_and_all_that_a_child_may_write(
    tablet: Client, databases: Databases
) -> None:
    """Else it took twice the length, and so said for whom it is; every draft stands there in two languages."""
    chance = random.Random(4)
    with databases.reports.write() as session:
        for role in MANY_READERS:
            name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=20)).title()
            make_reader(session, role, name=f"Mrs {name}")
    words = "".join(
        chance.choices(URDU, k=Band.KS4.limits.words_limit)
    )  # it cannot be compressed as words can
    packed = {"Accept-Encoding": "gzip"}
    back = tablet.post("/report/ks4/ur", data={"words": words}, content_type=FORM, headers=packed)
    assert back.status_code == 422
    assert words in gzip.decompress(back.data).decode()
    assert len(back.data) == FORM_BYTES


def test_every_form_that_is_kept_compressed_is_the_page_made_anew_and_has_the_one_length(
    tablet: Client, readers: dict[str, str], config: Config, databases: Databases
) -> None:
    languages = make_site(config, databases).telling_languages
    assert len(languages) > 1
    for address in (f"/report/{band}/{language}" for band in BY_ADDRESS for language in languages):
        for nonce in ("first" * 6, "other" * 6):  # made and kept, then taken from there
            with patch("kiosk.report.form.views._new_nonce", lambda shown=nonce: shown):
                kept = tablet.get(address, headers=PACKED).data
                with patch.object(PageCache, "get", lambda _self, _marks, make: make()):
                    made = tablet.get(address, headers=PLAIN).data
            assert gzip.decompress(kept) == made, address
            assert Page(made.decode()).value("nonce") == nonce, address
            assert len(kept) == FORM_BYTES, address


def test_each_child_gets_a_nonce_of_its_own(tablet: Client, readers: dict[str, str]) -> None:
    got = [
        Page((gzip.decompress(data) if headers is PACKED else data).decode()).value("nonce")
        for headers in (PACKED, PLAIN) * 3
        for data in [tablet.get("/report/ks2/en", headers=headers).data]
    ]
    assert len({*got}) == len(got)
    assert all(map(is_nonce, got))


@pytest.mark.parametrize("way", ["not ready", "not there", "no form of words"])
def test_a_page_that_says_what_broke_is_as_long_for_everybody(tablet: Client, way: str) -> None:
    language = "xx" if way == "not there" else "en"
    ask = tablet.post if way == "no form of words" else tablet.get
    said = [ask(f"/report/{one}/{language}", headers={"Accept-Encoding": "gzip"}) for one in ("ks4", "kin")]
    child, grown_up = ((one.status_code, len(one.data), str(one.headers)) for one in said)
    assert child == grown_up
    assert child[0] in {503, 404, 415}
