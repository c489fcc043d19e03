"""A page with one open place is compressed once and filled each time, and every browser reads it as if made at once."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from kiosk.web.compression import OpenPage

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
