"""What a writer is told before an answer goes to a child: it advises, and only the child's own name is refused."""

import pytest

from kiosk.bands import Band
from kiosk.content.readability import grade
from kiosk.incidents.case.text_advice import Advice, advice, names_in, names_the_child, reading_age
from kiosk.incidents.replies.ready import NAMES
from kiosk.site import Content

PLAIN = "Thank you for telling us. We will help you."
HARD = "Notwithstanding considerable institutional complications, we are investigating accordingly."


def of(text: str, band: Band = Band.KS3) -> Advice:
    return advice(text, {"band": band.value})


def rows(text: str, **body: str) -> list[tuple[str, str]]:
    return [(one.words, one.instead) for one in advice(text, {"band": "ks3", **body}).found]


@pytest.mark.parametrize("band", [Band.KS2, Band.KS3, Band.KS4])
@pytest.mark.parametrize("name", NAMES)
def test_c6_a_ready_answer_suits_the_reading_level_of_its_band_and_needs_no_advice(
    content: Content, band: Band, name: str
) -> None:
    text = content.answers[band.value, "en"].texts[name]
    found = grade(text.splitlines())
    assert found <= band.limits.report_fk_ceiling, f"{found:.1f}"
    reading = of(text, band).reading
    assert reading and reading.fine
    lines = [line.name for line in content.facts.helplines.all.values()]
    assert advice(text, {"band": band.value}, lines).found == ()


@pytest.mark.parametrize("band", list(Band))
def test_c6_the_age_that_is_said_is_over_the_limit_exactly_where_the_text_is(band: Band) -> None:
    for text in (PLAIN, HARD, "We told people who can help you. Please come to the office at lunch time."):
        reading = of(text, band).reading
        assert reading
        assert reading.fine == (grade([text]) <= band.limits.report_fk_ceiling)
        assert reading.age == reading_age(text)
        assert 0 <= reading.limit_share < 1


def test_c6_a_text_that_is_not_english_is_not_measured_as_if_it_were() -> None:
    assert of("آپ نے بتایا، شکریہ۔").reading is None
    assert of("Dziękujemy, że nam to powiedziałeś. Już się tym zajęliśmy.").reading is None


def test_c6_words_of_offices_are_found_with_what_to_say_instead() -> None:
    assert rows("We have informed the relevant authorities.") == [
        ("informed the relevant authorities", "Try: told people who can help")
    ]
    assert rows("We will investigate. Investigate, we will.") == [
        ("investigate", "Try: find out what happened")
    ]
    assert rows("We are misinformed.") == []


def test_c6_a_promise_of_secrecy_is_not_to_be_made() -> None:
    assert [words for words, _ in rows("This is a secret. Nobody will know.")] == [
        "secret",
        "Nobody will know",
    ]


def test_c6_a_question_about_people_is_told_from_any_other() -> None:
    assert [instead[:20] for _, instead in rows("Who else was there?")] == ["It asks about people"]
    assert [instead[:20] for _, instead in rows("Please tell us who it was.")] == ["It asks about people"]
    assert [words for words, _ in rows("We will help. Can you come?")] == ["Can you come?"]
    assert "takes no answer" in rows("آپ کہاں ہیں؟")[0][1]
    assert rows("You choose who and when.") == []


def test_c6_names_are_found_and_days_or_a_grown_up_who_helps_are_not() -> None:
    assert [words for words, _ in rows("We talked to Kavita. She is sorry.")] == ["Kavita"]
    assert rows("I'm glad. I think I'll help. We did it on Monday.") == []
    assert rows('Say "Please may I see Mrs Adeyemi".') == []
    assert names_in("We met Jonas and Jonas.") == ["Jonas"]


def test_c6_a_grown_up_about_whom_the_child_wrote_is_found() -> None:
    assert [words for words, _ in rows("We talked to Mr Smith.", words="mr smith shouted at me")] == [
        "Mr Smith"
    ]


def test_c6_the_childs_own_name_is_refused_in_any_case() -> None:
    assert names_the_child("thank you KAVITA.", {"name": "Kavita Rao"})
    assert names_the_child("We have seen Kavita's message, Anna-Kavita.", {"name": "kavita"})
    assert names_the_child("شکریہ زینب، ہم مدد کریں گے۔", {"name": "زینب"})
    assert not names_the_child("thank you", {"name": ""})
    assert not names_the_child("thank you", {})


@pytest.mark.parametrize(
    "typed", ["Will", "I'm shy, you don't need it", "I do not want to say", "my name is secret", "may"]
)
def test_c6_what_a_child_typed_for_a_name_does_not_keep_every_answer_back(typed: str) -> None:
    assert not names_the_child(PLAIN, {"name": typed})
    assert not names_the_child(
        "You did well to say so. You may come to us, and I'm glad: we don't tell.", {"name": typed}
    )


def test_c6_a_name_that_is_a_word_as_well_is_refused_where_it_stands_like_a_name() -> None:
    assert names_the_child("Thank you, Joy. We will help.", {"name": "joy"})
    assert names_the_child("It is good that you told us, Will.", {"name": "Will"})
