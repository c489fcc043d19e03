"""A page with one open place is compressed once and filled each time, and every browser reads it as if made at once."""

import gzip
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from kiosk.web.compression import OpenPage
from kiosk.web.templating import whole_page

SIZE = 1024
MOST = 0xFFFF  # what one stored block takes
TEXTS = st.one_of(st.binary(max_size=3000), st.text("<p>ab\n", max_size=3000).map(str.encode))


@given(before=TEXTS, after=TEXTS, fillings=st.lists(st.binary(max_size=300), min_size=1, max_size=3))
def test_a_filled_page_unpacks_to_the_page_itself_and_its_length_is_a_multiple(
    before: bytes, after: bytes, fillings: list[bytes]
) -> None:
    page = OpenPage(before, after)
    for filling in fillings:
        packed = page.gzipped(filling, SIZE)
        assert gzip.decompress(packed) == before + filling + after == page.filled(filling)
        assert len(packed) % SIZE == 0


def test_the_longest_filling_fits_and_is_not_compressed() -> None:
    packed = OpenPage(b"before", b"after").gzipped(b"a" * MOST, SIZE)
    assert b"a" * MOST in packed
    assert gzip.decompress(packed) == b"before" + b"a" * MOST + b"after"


def test_nothing_in_a_page_says_when_it_was_made() -> None:
    assert OpenPage(b"a", b"b").gzipped(b"c", SIZE)[4:8] == bytes(4)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("address", ["/", "/?lang=ur", "/home/code/ks2", "/home/code/ks1/1"])
def test_a_page_that_is_kept_is_compressed_once(tablet: Client, address: str) -> None:
    plain = tablet.get(address, headers={"Accept-Encoding": "identity"}).data
    first = tablet.get(address, headers={"Accept-Encoding": "gzip"})
    with patch("kiosk.web.compression._gzipped", side_effect=AssertionError("compressed again")):
        again = tablet.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == again.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(again.data) == gzip.decompress(first.data) == plain
    assert tablet.get(address, headers={"Accept-Encoding": "gzip;q=0"}).data == plain


@pytest.mark.database("sqlite")
def test_what_a_response_says_in_place_of_a_kept_page_is_what_is_sent(tablet: Client) -> None:
    with patch("kiosk.public.views.start.whole_page") as made:
        made.side_effect = lambda *given: whole_page(*given) and "other words " * 100
        other = tablet.get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(other.data).decode() == "other words " * 100
    usual = tablet.get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(usual.data) == tablet.get("/", headers={"Accept-Encoding": "identity"}).data
