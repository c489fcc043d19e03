"""Ways of guessing: a child who has not read must not find the right option much more often than by chance."""

from pathlib import Path

from click.testing import CliRunner

from kiosk.cli.main import main
from kiosk.linter.sameness.guessing import Asked, Figure, check_guessing, figures, questions_asked
from kiosk.linter.sameness.works import read_works
from tests.content_folder import make_content

ENOUGH = 12  # questions of which a way has something to choose by


def asked(*labels: str, right: int = 0) -> Asked:
    return Asked("ks2", Path("quizzes/q.yml"), 3, labels, right)


def figure(way: str, *questions: Asked) -> Figure:
    return next(one for one in figures(questions) if one.way == way)


def test_each_way_chooses_as_its_name_says() -> None:
    three = asked("Tell Miss Green", "Be kind to the sender of it all", "Wait, as it may stop")
    for way, found in {
        "longest": 1, "shortest": 0, "kindest": 1, "gives a reason": 2, "always the first": 0,
        "always the second": 1, "always the last": 2, "brings somebody in": 0,
    }.items():  # fmt: skip
        rights = [figure(way, asked(*three.labels, right=number)).right for number in range(3)]
        assert rights == [float(number == found) for number in range(3)], way
    assert figure("gives none", asked(*three.labels, right=1)).right == 0.5
    assert figure("always no", asked("Yes", "No", right=1)).right == 1
    assert figure("always yes", asked("True", "False", right=1)).right == 0


def test_a_way_with_nothing_to_choose_by_throws_dice_and_says_so() -> None:
    one = figure(
        "brings somebody in", asked("Tell Miss Green", "Tell your mum", "Ask a teacher", "Show Badger")
    )
    assert (one.right, one.applies, one.times) == (0.25, 0, 1)


def test_a_negated_telling_brings_nobody_in() -> None:
    silent = asked("“I won’t tell anyone, whatever it is.”", "Wait", "Show the coach’s line, and leave")
    assert figure("brings somebody in", silent).applies == 0


def test_quizzes_that_are_passed_by_telling_a_grown_up_are_found_and_two_that_differ_in_whom_are_not() -> (
    None
):
    safe = [asked("Play on", "Tell a grown-up", "Switch it off", right=1) for _ in range(ENOUGH)]
    found = list(check_guessing(safe))
    assert [one.code for one in found] == ["L5"] * len(found)
    assert any('"brings somebody in" finds the right option 3.0 times' in one.message for one in found)
    whom = [
        asked("Tell a friend", "Tell a teacher", "Tell the class", right=number % 3)
        for number in range(ENOUGH)
    ]
    assert not list(check_guessing(whom))
    assert not list(check_guessing(safe[:3]))  # a school that has written one lesson shows no habit


def test_checks_of_codes_are_asked_like_quizzes(tmp_path: Path) -> None:
    folder = make_content(tmp_path)
    found = questions_asked(read_works(folder), folder)
    assert [(one.path.name, one.line, one.right) for one in found] == [
        ("ks1-privacy-box-of-mine.yml", 9, 0),
        ("ks1-privacy-box-of-mine.yml", 18, 0),
        ("code.en.md", 13, 0),
    ]


def test_a_writer_reads_the_figures_of_one_age_group_or_of_all(tmp_path: Path) -> None:
    folder = make_content(tmp_path)
    said = CliRunner().invoke(main, ["content", "guesses", str(folder)]).output
    assert said.startswith("3 questions with one right option; 1.5 right by chance")
    assert "brings somebody in" in said
    assert (
        CliRunner().invoke(main, ["content", "guesses", str(folder), "--of", "ks2"]).output.startswith("1 ")
    )
