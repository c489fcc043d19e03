"""What the content check finds in the cards of the first five minutes and in ready answers (promises L1, A16, C12)."""

import shutil
from pathlib import Path

import pytest

from kiosk.config import Config
from kiosk.linter.check import check_content
from tests.content_folder import plant
from tests.linter.samples import TODAY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped content without its lessons, whose check takes longest."""
    shipped = Config().content_path
    shutil.copytree(
        shipped, tmp_path / "content", ignore=shutil.ignore_patterns("lessons", "quizzes", "conduct")
    )
    return tmp_path / "content"


def found(folder: Path, name: str) -> list[str]:
    """Code and message of each finding in one file."""
    return [f"{one.code} {one.message}" for one in check_content(folder, TODAY) if one.path == folder / name]


def test_what_we_ship_has_no_finding(folder: Path) -> None:
    assert not found(folder, "first_minutes.yml")
    for band in ("ks2", "ks3", "ks4"):
        for lang in ("en", "ur", "pl"):
            assert not found(folder, f"ready_answers/{band}.{lang}.yml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ring: [lado]", "ring: [somebody]", "somebody"),
        ("- id: images\n", "- id: pictures\n", "L1"),
        ("answer: hurt", "answer: comfort", "answer"),
        ("answer: hurt", "answer: hurt\n      button: Send", "a button, or else a ready answer"),
        ("id: crisis", "id: seen", "twice"),
        ("Ring {help:police}.", "Ring 999.", "L12"),
        ("Ring {help:police}.", "Ring {help:nobody}.", "not in facts.yml"),
        ('never: "wait', 'ever: "wait', "never"),
    ],
)
def test_a_mistake_in_a_card_is_found(folder: Path, old: str, new: str, says: str) -> None:
    plant(folder / "first_minutes.yml", old, new)
    assert says in " ".join(found(folder, "first_minutes.yml"))


def test_a_card_has_at_most_five_steps(folder: Path) -> None:
    step = '    - id: sixth\n      do: "One more."\n      button: "Done"\n'
    plant(folder / "first_minutes.yml", '  never: "promise', step + '  never: "promise')
    assert found(folder, "first_minutes.yml")


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("Are you safe?", "C12 it asks something"),
        ("Come to the office.", "C12 it sends for the child"),
        ("This stays confidential.", "A16"),
        ("Ring 0800 1111.", "L12"),
        (
            "If you are badly hurt or in any kind of trouble that we should know of, ring from there now.",
            "L2",
        ),
        ("Ring {help:nhs-111-option-2}.", "L12"),
        ("We help you, {name}.", "L17"),
    ],
)
def test_a_ready_answer_that_asks_summons_promises_or_is_hard_is_found(
    folder: Path, new: str, says: str
) -> None:
    plant(folder / "ready_answers/ks2.en.yml", "You did the right thing.", new)
    assert says in " ".join(found(folder, "ready_answers/ks2.en.yml"))


def test_one_that_is_missing_or_still_english_is_found(folder: Path) -> None:
    path = folder / "ready_answers/ks3.pl.yml"
    plant(path, "To wymagało odwagi. Wierzymy ci i zajmujemy się tym.", "")
    plant(
        path,
        "Dziękujemy, że o tym mówisz. \n",
        "Thank you for telling us. That took courage. We believe you, and we are working on it.\n",
    )
    assert "still English" in " ".join(found(folder, "ready_answers/ks3.pl.yml"))
    plant(folder / "ready_answers/ks4.en.yml", "  done: |-", "  over: |-")
    assert "L1" in " ".join(found(folder, "ready_answers/ks4.en.yml"))
