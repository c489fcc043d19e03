"""Which notice another one corrects is as frozen as its words: it says of that one that something in it was wrong."""

from kiosk.told.family_notice import digest_of

WORDS = {"text": ["We check our network."]}


def test_a_notice_that_corrects_another_is_not_the_one_that_was_approved_and_published() -> None:
    said = {digest_of("Checks", WORDS, corrects) for corrects in ("", "homework-tablets", "code-changed")}

    assert len(said) == 3
