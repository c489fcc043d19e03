"""Every method of every kind, by the table of kinds; and that a module of kinds/ is all there is to one."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import pytest
from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.kinds import kind_in
from kiosk.content.source import Source
from kiosk.linter.passages import quiz_passages
from kiosk.quizzes import kinds
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.kinds.single_choice import SingleChoice
from kiosk.quizzes.known_kinds import KINDS as KNOWN
from kiosk.quizzes.known_kinds import name_of_kind
from kiosk.quizzes.marking import Unanswered
from kiosk.quizzes.question import Question
from kiosk.report.app import TEMPLATES_DIR
from tests.quizzes.every_kind import SAMPLES, Sample

EVERY_KIND = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def module_of(kind: type[Question], name: str = "kiosk.quizzes.kinds.planted") -> ModuleType:
    """A module that holds a kind and nothing else."""
    module = ModuleType(name)
    kind.__module__ = name
    vars(module)[kind.__name__] = kind
    return module


def test_a_module_of_kinds_is_a_kind_with_a_template_and_a_sample_here() -> None:
    modules = {path.stem for path in Path(kinds.__path__[0]).glob("*.py")} - {"__init__"}
    templates = {path.stem for path in (TEMPLATES_DIR / "quizzes" / "kinds").glob("*.html")}
    assert {kind.replace("-", "_") for kind in KNOWN} == modules == templates
    assert set(KNOWN) == set(SAMPLES)
    assert all(isinstance(sample.question, KNOWN[name]) for name, sample in SAMPLES.items())


@EVERY_KIND
def test_a_kind_says_for_whom_it_is(sample: Sample) -> None:
    assert sample.question.youngest == sample.youngest


@EVERY_KIND
def test_a_kind_marks_its_answers_and_says_what_is_missing(sample: Sample) -> None:
    right, other = sample.question.mark(sample.right), sample.question.mark(sample.other)
    assert (right.right, right.unsure, right.misconceptions) == (True, False, ())
    assert (other.right, other.unsure) == (False, False)
    assert right.feedback and other.feedback
    with pytest.raises(Unanswered) as caught:
        sample.question.mark({})
    assert caught.value.missing == sample.missing


@EVERY_KIND
def test_a_kind_has_a_row_for_each_thing_and_keeps_what_the_form_held(sample: Sample) -> None:
    rows = sample.question.rows()
    assert [row.id for row in rows] == list(sample.rows)
    assert all(row.label and not row.chosen and not row.tried for row in rows)
    filled = sample.question.filled(rows, sample.right | {"tried": sample.rows[0]})
    assert {row.id: row.chosen for row in filled if row.chosen} == sample.filled
    assert [row.id for row in filled if row.tried] == [sample.rows[0]]


@EVERY_KIND
def test_what_was_right_stays_after_another_answer(sample: Sample) -> None:
    question = sample.question
    filled = question.filled(question.rows(), sample.other)
    retried = question.retried(filled, question.mark(sample.other))
    assert {row.id: row.chosen for row in retried if row.chosen} == sample.stays


@EVERY_KIND
def test_mixed_rows_are_all_there_and_none_moves_by_an_answer(sample: Sample) -> None:
    question = sample.question
    rows = question.unsolved(question.rows())
    assert {row.id for row in rows} == set(sample.rows)
    assert question.moved(rows, sample.right) is None


@EVERY_KIND
def test_a_kind_shows_a_good_answer_with_a_reason(sample: Sample) -> None:
    solution = sample.question.solution()
    assert [(part.label, part.box) for part in solution.parts] == list(sample.solution)
    assert solution.why or all(part.why for part in solution.parts)


@EVERY_KIND
def test_a_kind_tallies_what_was_chosen_and_one_place_for_not_sure(sample: Sample) -> None:
    question = sample.question
    assert set(question.tally(question.mark(sample.other))) == set(sample.tally)
    assert question.tally(question.mark({"unsure": "yes"})) == (UNSURE,)


@EVERY_KIND
def test_nobody_gives_two_answers_for_one_slot(sample: Sample) -> None:
    question = sample.question
    assert {option: question.slot(option) for option in sample.slots} == sample.slots
    for form in (sample.right, sample.other):
        tallied = question.tally(question.mark(form))
        assert len({question.slot(option) for option in tallied}) == len(tallied)


@EVERY_KIND
def test_a_share_of_right_answers_counts_those_of_a_right_answer_or_none(sample: Sample) -> None:
    question = sample.question
    right = question.right_options()
    assert right in (frozenset(), frozenset(question.tally(question.mark(sample.right))))
    assert right or question.type in {"multi-choice", "order", "spot-clue"}


@EVERY_KIND
def test_a_kind_knows_what_its_answers_show(sample: Sample) -> None:
    question = sample.question
    beliefs = question.beliefs()
    assert beliefs == sample.beliefs
    marked = question.mark(sample.other)
    assert {beliefs[option] for option in question.tally(marked) if option in beliefs} == set(
        marked.misconceptions
    )


@EVERY_KIND
def test_a_kind_says_how_much_there_is_and_what_a_band_allows(sample: Sample) -> None:
    size = sample.question.size(Band.KS3.limits)
    assert (size and (size.what, size.count)) == sample.size
    assert size is None or 0 < size.allowed[0] <= size.allowed[1]


@EVERY_KIND
def test_where_one_is_right_the_linter_can_look_for_a_pattern(sample: Sample) -> None:
    options = sample.question.one_right()
    assert sum(option.correct for option in options) == sample.one_right


@EVERY_KIND
def test_the_linter_reads_every_word_of_a_kind(sample: Sample) -> None:
    written = dict(words_of(sample.question))
    source = Source(Path("ks2-q.yml"), {"questions": [written]}, {(): 1})
    assert written and {passage.text for passage in quiz_passages(source, Band.KS2)} == set(written.values())


def test_what_is_no_whole_kind_is_refused_when_the_site_starts() -> None:
    class Unfinished(Question):
        """Leaves everything out."""

    with pytest.raises(TypeError, match="Unfinished leaves out beliefs, chosen, field_of, mark_answer, rows"):
        kind_in(module_of(Unfinished), Question)  # type: ignore[type-abstract]
    with pytest.raises(TypeError, match="must hold one kind of Question, not 0"):
        kind_in(ModuleType("kiosk.quizzes.kinds.empty"), Question)  # type: ignore[type-abstract]


def test_a_kind_without_its_name_is_refused() -> None:
    class Nameless(SingleChoice):
        """Says its type as any string."""

    Nameless.__dataclass_fields__ = {
        **Nameless.__dataclass_fields__,
        "type": Question.__dataclass_fields__["type"],
    }
    with pytest.raises(TypeError, match="Nameless does not say its type"):
        name_of_kind(kind_in(module_of(Nameless), Question))  # type: ignore[type-abstract]


def words_of(entry: object) -> Iterator[tuple[str, str]]:
    """Every key of a question's file that holds words, with them."""
    for each in fields(entry) if is_dataclass(entry) else ():
        value = getattr(entry, each.name)
        if isinstance(value, Markup):
            yield {"sender": "from"}.get(each.name, each.name), str(value)
        for inner in value if isinstance(value, tuple) else (value,):
            yield from words_of(inner)
