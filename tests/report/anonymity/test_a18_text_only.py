"""Promise A18: words and nothing else: no files, no weight, no live link, no letter that hides what it does."""

import io
import unicodedata
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.incidents.case.views.report_words import visible_pieces
from kiosk.report.form.answers import defang_address, read
from kiosk.report.form.groups import GROUPS, Group
from kiosk.report.form.views import SOFT_LIMIT_BYTES
from kiosk.sealing.envelope import PADDED_SIZES
from tests.incidents.school import School
from tests.pages import Page
from tests.report.anonymity.every_status import FORMS
from tests.report.telling import FORM, as_kept, send_report

LIVE = (
    *("http://bad.example/a?b=c", "https://bad.example", "HTTPS://BAD.EXAMPLE", "javascript:alert(1)"),
    *("//bad.example", "www.bad.example", "ftp://bad.example", "[tap](http://bad.example)", "tel:0800111"),
)
HIDING = (
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"),  # nothing to be seen
    *(
        "\u202a",
        "\u202b",
        "\u202d",
        "\u202e",
        "\u202c",
        "\u2066",
        "\u2067",
        "\u2068",
        "\u2069",
    ),  # turn the text
    *("\u200e", "\u200f", "\u061c"),  # marks of direction
    *("\u0000", "\u0007", "\u001b", "\u007f", "\u0085"),  # speak to a terminal
    *("\U000e0041", "\u2028", "\u3164"),  # tags, line ends, letters without a face
)
BLOBS = (
    *(
        "data:image/png;base64,iVBORw0KGgo=",
        "data:text/html,<b>x</b>",
        "look data:image/jpeg;base64,/9j/4AAQ",
    ),
    "iVBORw0KGgo" * 30,
    "see " + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo" * 10 + "==",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", "image/png"]
)
def test_only_a_form_of_words_is_taken(tablet: Client, readers: dict[str, str], form: str, kind: str) -> None:
    answer = tablet.post(form, data=b'{"concern": "site"}', content_type=kind)
    assert answer.status_code == 415
    assert ("0808 800 5000" if "worry" in form else "0800 1111") in answer.text


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_refused_before_a_byte_of_it_is_read(
    tablet: Client, readers: dict[str, str], form: str
) -> None:
    class Unread(io.BytesIO):
        """A file that fails the test when somebody looks into it."""

        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("somebody read the file")

    answer = tablet.post(
        form,
        environ_overrides={"wsgi.input": Unread(b"x" * 1000), "CONTENT_LENGTH": "1000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [SOFT_LIMIT_BYTES + 1, 60_000, 200_000])
def test_what_is_too_large_keeps_its_words(
    tablet: Client, readers: dict[str, str], form: str, size: int
) -> None:
    words = ("word " * size)[:size].strip()
    answer = tablet.post(form, data={"concern": "site", "words": words}, content_type=FORM)
    assert answer.status_code == 413
    assert Page(answer.text).value("words") == " ".join(words.split())


@pytest.mark.parametrize("form", FORMS)
def test_a_body_that_never_ends_is_not_kept_in_memory(
    tablet: Client, readers: dict[str, str], form: str
) -> None:
    answer = tablet.post(form, data={"words": "x" * 1_000_000}, content_type=FORM)
    assert answer.status_code == 413
    assert len(answer.data) < 100_000


@pytest.mark.parametrize("band", [band for band in GROUPS.values() if band.limits.words_limit])
def test_no_band_may_write_more_than_an_envelope_holds(
    tablet: Client, readers: dict[str, str], band: Group
) -> None:
    limit = band.limits.words_limit
    assert 4 * limit < max(PADDED_SIZES), "at most four bytes a letter"
    for words, status in (("ہ" * limit, 200), ("ہ" * (limit + 1), 422)):
        assert send_report(tablet, band.value, concern="site", words=words).status_code == status


@pytest.mark.parametrize("band", ["ks4", "worry"])
@pytest.mark.parametrize("blob", BLOBS)
def test_a_picture_or_file_pasted_as_text_is_refused_kindly(
    tablet: Client, readers: dict[str, str], blob: str, band: str
) -> None:
    answer = send_report(tablet, band, concern="site", words=blob)
    assert answer.status_code == 422
    assert "use your own words" in answer.text
    assert Page(answer.text).value("words") == blob


@given(st.text(max_size=300))
def test_no_address_comes_out_of_the_form_that_a_program_would_open(text: str) -> None:
    for typed in (text, f"http://{text}", f"see https://{text} now"):
        kept = defang_address(typed)
        assert "http://" not in kept.lower()
        assert "https://" not in kept.lower()
        assert defang_address(kept) == kept


@pytest.mark.main(2)
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("field", ["words", "address", "name"])
@pytest.mark.parametrize("live", LIVE)
def test_an_address_is_inert_on_the_page_of_staff(school: School, app: Flask, live: str, field: str) -> None:
    page = _opened(school, app, **{field: live})
    for link in page.all("a", "img", "form", "link", "script", "iframe"):
        for attribute in link.attrs.values():
            assert "bad.example" not in attribute.lower()
            assert not attribute.lower().startswith(("javascript:", "tel:0800111"))
    (said,) = [one for one in page.all("section") if one.attrs.get("id") == "said"] or page.all("main")
    assert said.find_all("a") == []


@pytest.mark.parametrize("letter", HIDING)
def test_a_letter_that_hides_is_shown_by_its_name(letter: str) -> None:
    found = visible_pieces(f"come{letter}here")
    assert letter not in "".join(piece.text for piece in found)
    assert [piece.text for piece in found if piece.hidden] == [f"U+{ord(letter):04X}"]
    assert "".join(piece.text for piece in found if not piece.hidden) == "comehere"


@given(st.text(max_size=80))
def test_no_letter_without_a_face_reaches_the_page_of_staff(text: str) -> None:
    for piece in visible_pieces(text):
        for letter in piece.text:
            assert unicodedata.category(letter) not in {"Cf", "Cc", "Zl", "Zp"} or letter in "\n\t"


def test_letters_of_other_languages_keep_their_faces() -> None:
    for words in ("وہ مجھے تنگ کرتے ہیں", "zażółć gęślą jaźń", "नमस्ते", "it's 👍🏽 fine\nnew line"):
        assert "".join(piece.text for piece in visible_pieces(words) if not piece.hidden) == words


@given(st.text(max_size=200))
def test_what_is_typed_is_kept_but_for_addresses(words: str) -> None:
    form: MultiDict[str, str] = MultiDict({"nonce": "n" * 24, "concern": "other", "words": words})
    answers, _ = read(form, Band.KS4, "en")
    assert answers.words == as_kept(words)


def _opened(school: School, app: Flask, **given: Any) -> Page:
    """The page of an incident whose child wrote this."""
    report_id = school.tell("bullying", **given)
    client = school.browser(app, school.coordinator)
    client.get("/staff/incidents/")
    address = client.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    return Page(client.get(address).text)
