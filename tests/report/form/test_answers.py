"""Reading what a child sent: nothing typed is lost, nothing odd breaks it."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.report.form.answers import (
    ADDRESS_LONGEST,
    CHOICES,
    FormError,
    ReportAnswers,
    concerns_of,
    defang_address,
    is_nonce,
    read,
)

NONCE = "n" * 24
FAR_TOO_LONG = "bad.example/" * ADDRESS_LONGEST


def _read(band: Band = Band.KS3, **given: str | list[str]) -> tuple[ReportAnswers, list[FormError]]:
    values: MultiDict[str, str] = MultiDict({"nonce": NONCE})
    for name, value in given.items():
        values.setlist(name, value if isinstance(value, list) else [value])
    return read(values, band, "en")


def test_only_the_concern_is_needed() -> None:
    for band in Band:
        answers, errors = _read(band, concern="unsure")
        assert not errors
        assert answers.concern == "unsure"


def test_without_a_concern_the_child_is_asked_for_one() -> None:
    _, errors = _read(words="they were mean")
    assert [(error.field, error.key) for error in errors] == [("concern", "error.concern")]


def test_the_youngest_are_not_offered_scams_and_have_no_box_to_type_in() -> None:
    assert "scam" not in concerns_of(Band.KS2)
    assert "scam" in concerns_of(Band.KS3)
    answers, _ = _read(Band.KS1, concern="other", words="typed", feeling="sad")
    assert answers.words == ""
    assert answers.chosen["feeling"] == "sad"


def test_words_that_are_too_long_are_kept_and_the_limit_is_named() -> None:
    words = "a b " * 400
    answers, errors = _read(concern="other", words=words)
    assert answers.words == words.strip()
    assert errors == [FormError("words", "error.long", 1500)]


def test_a_picture_pasted_as_text_is_refused_kindly() -> None:
    for blob in ("data:image/png;base64,AAAA", "look " + "iVBORw0KGgo" * 30):
        _, errors = _read(concern="other", words=blob)
        assert [error.key for error in errors] == ["error.blob"]


def test_long_words_of_other_languages_are_no_picture() -> None:
    for words in ("آپ " * 200, "Donaudampfschifffahrtsgesellschaft " * 20, "ą" * 400):
        assert not _read(concern="other", words=words)[1]


def test_an_address_is_kept_so_that_nothing_can_open_it() -> None:
    answers, _ = _read(concern="site", address="https://bad.example and HTTP://two.example")
    assert answers.address == "hxxps://bad.example and HxxP://two.example"
    assert defang_address("bad.example") == "bad.example"


def test_an_address_that_is_too_long_stops_nobody_where_its_box_is_not_shown() -> None:
    """The child wrote it under another card; the box to make it shorter is gone from the page."""
    for band in (Band.KS2, Band.KS3, Band.KS4):
        for concern in set(concerns_of(band)) - {"site"}:
            for address in (FAR_TOO_LONG, "data:image/png;base64,AAAA"):
                answers, errors = _read(band, concern=concern, address=address)
                assert (answers.address, errors) == ("", []), concern
    _, errors = _read(concern="site", address=FAR_TOO_LONG)
    assert errors == [FormError("address", "error.address")]


def test_a_good_address_under_another_card_is_kept_since_it_may_help() -> None:
    assert _read(concern="stranger", address="bad.example")[0].address == "bad.example"


def test_an_address_in_a_hidden_box_stays_while_something_else_has_to_be_done_first() -> None:
    for concern, words, key in (("", "", "error.concern"), ("other", "a " * 900, "error.long")):
        answers, errors = _read(concern=concern, words=words, address=FAR_TOO_LONG)
        assert [error.key for error in errors] == [key]
        assert answers.address == FAR_TOO_LONG


def test_nothing_to_tell_is_taken_at_its_word_where_nothing_was_told() -> None:
    for band in Band:
        assert not _read(band, concern="nothing", danger="no", feeling="sad", again="yes", reply="yes")[1]
    assert not _read(concern="nothing", danger="unsure", words=" \n ", name="", address=" ")[1]


def test_somebody_in_danger_is_never_thrown_away_by_nothing_to_tell() -> None:
    for band in (Band.KS2, Band.KS3, Band.KS4):
        answers, errors = _read(band, concern="nothing", danger="yes")
        assert errors == [FormError("concern", "error.nothing_danger")]
        assert answers.danger == "yes"


def test_somebody_who_might_get_hurt_is_never_thrown_away_by_nothing_to_tell() -> None:
    """Told under a card, before the child thought better of it: it is as urgent as danger."""
    for band in (Band.KS2, Band.KS3, Band.KS4):
        answers, errors = _read(band, concern="nothing", follow="hurt")
        assert errors == [FormError("concern", "error.nothing_danger")]
        assert answers.follow == ("hurt",)


def test_what_was_typed_is_never_thrown_away_by_nothing_to_tell() -> None:
    for box in ("address", "words", "name"):
        for typed in ("they were mean", "x" * 2000):
            answers, errors = _read(Band.KS3, **{"concern": "nothing", box: typed})
            assert errors == [FormError(box, "error.nothing_typed")]
            assert getattr(answers, box) == typed


def test_the_youngest_have_no_box_for_an_address() -> None:
    answers, errors = _read(Band.KS1, concern="nothing", address="bad.example")
    assert (answers.address, errors) == ("", [])


def test_somebody_who_is_ticked_counts_under_every_concern() -> None:
    one = "ab" * 16
    answers, _ = _read(concern="bullying", exclude=[one, "not-a-person", one.upper()], head="yes")
    assert answers.exclude == (one,), "also somebody whom nobody knows at this moment"
    assert answers.head == "yes"


def test_a_tick_under_another_concern_is_kept_since_it_may_bring_help_sooner() -> None:
    answers, _ = _read(concern="other", follow=["hurt", "nonsense"])
    assert answers.follow == ("hurt",)


def test_only_our_own_kind_of_nonce_is_one() -> None:
    assert is_nonce(NONCE)
    assert not any(is_nonce(text) for text in ("", "short", "x" * 65, "a b" * 9, "ä" * 24))


@given(
    st.sampled_from(list(Band)),
    st.dictionaries(
        st.sampled_from(
            ["concern", "follow", "exclude", "head", "address", "words", "name", "nonce", *CHOICES]
        ),
        st.lists(st.text(max_size=60), max_size=4),
    ),
)
def test_no_form_whatever_breaks_the_reading(band: Band, fields: dict[str, list[str]]) -> None:
    values: MultiDict[str, str] = MultiDict()
    for name, texts in fields.items():
        values.setlist(name, texts)
    answers, _ = read(values, band, "en")
    assert set(answers.exclude) <= {"ab"}
    for name, value in answers.chosen.items():
        assert value in {"", *CHOICES[name]}
