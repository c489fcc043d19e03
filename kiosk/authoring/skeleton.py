"""The beginning of a lesson and of its quiz, to be written over from the first line to the last."""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.host.files import write_durably
from kiosk.lessons.head import STRANDS, Mode, Strand
from kiosk.linter.maps import efacw_ids

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_READABLE_BY_ALL = 0o644  # content is no secret
# The words with which a lesson and its quiz begin, as `beginnings` has them; no line of them is meant to stay.
_RIGHT = "What is so"
_WRONG = ("What one child thinks", "What another thinks", "What a third thinks", "What a fourth thinks")
_PLACED = 2  # questions that stand in the lesson itself, where two are left for the end
_YOUNG = frozenset({Band.KS1, Band.KS2})  # see a scene on every screen

# Lessons have braces of their own. What is made is a text for writers, never a page of the web.
_BEGINNINGS = Environment(  # nosec B701
    block_start_string="<%",
    block_end_string="%>",
    variable_start_string="<<",
    variable_end_string=">>",
    comment_start_string="<#",
    comment_end_string="#>",
    loader=FileSystemLoader(Path(__file__).with_name("beginnings")),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=StrictUndefined,
)


class NotPossible(Exception):
    """No lesson can be begun with what was typed; the text is one line that says why."""


@dataclass(frozen=True)
class NewLesson:
    """What a writer says of a lesson before it is written."""

    id: str
    band: Band
    strand: Strand
    title: str

    @property
    def quoted_title(self) -> str:
        """The title in double quotes, as YAML reads it whatever is in it."""
        return json.dumps(self.title, ensure_ascii=False)


def new_lesson(id: str, title: str) -> NewLesson:
    """What an id says: band, strand and a name; raises NotPossible."""
    band, _, rest = id.partition("-")
    strand, _, slug = rest.partition("-")
    if band not in list(Band):
        raise NotPossible(f'"{band}" is no age band; an id begins with {", ".join(Band)}')
    known = next((one for one in STRANDS if one == strand), None)
    if known is None:
        raise NotPossible(f'"{strand}" is no strand; there are {", ".join(STRANDS)}')
    if not _SLUG.fullmatch(slug):
        raise NotPossible(
            f'"{slug}" is no name; after {band}-{strand}- come small letters, digits and hyphens'
        )
    if not title.strip():
        raise NotPossible('a lesson has a title: --title "..."')
    return NewLesson(id, Band(band), known, " ".join(title.split()))


def write_skeleton(content_dir: Path, lesson: NewLesson, today: date) -> tuple[Path, Path]:
    """Write both files and return them; raises NotPossible where one is there already."""
    page = content_dir / "lessons" / lesson.id / f"lesson.{ENGLISH}.md"
    quiz = content_dir / "quizzes" / f"{lesson.id}.yml"
    if not (content_dir / "lessons").is_dir():
        raise NotPossible(f"{content_dir} holds no lessons, so it is no content folder")
    for path in (page.parent, quiz):
        if path.exists():
            raise NotPossible(f"{path} is there already; choose another name, or write in it")
    page.parent.mkdir(mode=0o755)
    page.parent.chmod(0o755)  # set explicitly, as the umask may be stricter
    quiz.parent.mkdir(exist_ok=True)
    review_by = today.replace(year=today.year + 1, day=1)
    text = _lesson_text(lesson.id, lesson.band, lesson.strand, lesson.quoted_title, review_by)
    write_durably(page, text.encode(), _READABLE_BY_ALL, new=True)
    write_durably(quiz, _quiz_text(lesson.id, lesson.band).encode(), _READABLE_BY_ALL, new=True)
    return page, quiz


def _question_ids(band: Band) -> list[str]:
    """As many questions as a quiz of the band has at least."""
    return [f"q{number}" for number in range(1, band.limits.questions[0] + 1)]


def _quiz_text(id: str, band: Band) -> str:
    """The whole file: each objective is asked for, and the right answer changes its place."""
    questions = _question_ids(band)
    return _BEGINNINGS.get_template("quiz.jinja").render(
        id=id,
        shuffle="options" if band == Band.KS1 else "both",
        kind="true-false" if band == Band.KS1 else "single-choice",
        questions=questions,
        options=[_question_options(band, number) for number in range(len(questions))],
    )


def _question_options(band: Band, number: int) -> list[tuple[str, str, bool]]:
    """The options of a question: id, label, and whether it is right."""
    if band == Band.KS1:
        return [("t", "Yes", number % 2 == 0), ("f", "No", number % 2 == 1)]
    count = band.limits.choices[0]
    labels = list(_WRONG[: count - 1])
    labels.insert(number % count, _RIGHT)
    return [(id, label, label == _RIGHT) for id, label in zip("abcdef", labels, strict=False)]


@dataclass(frozen=True)
class _Setting:
    """Where a band's first scenes play, who is in them, and who leads the lesson."""

    place: str
    who: tuple[str, str]
    mode: Mode
    speaks: bool  # whether figures in a scene have words


_SETTINGS = {
    Band.KS1: _Setting("wood", ("fern", "pip"), "adult-led", True),
    Band.KS2: _Setting("bus", ("amina", "leo"), "pair", True),
    Band.KS3: _Setting("corridor", ("dev", "marta"), "independent", True),
    Band.KS4: _Setting("kitchen-night", ("tara", "ellis"), "independent", False),
}
_FACES = (("glad", "thinking"), ("thinking", "worried"), ("worried", "cross"), ("cross", "glad"))


def _lesson_text(id: str, band: Band, strand: Strand, title: str, review_by: date) -> str:
    """The whole file: every kind of block that a lesson needs, in an order that the check takes.

    There is something to do by the second step, and never two steps to read in a row; each scene is shown once.
    """
    setting = _SETTINGS[band]
    placed = _question_ids(band)[: min(_PLACED, band.limits.questions[0] - 2)]
    count = 2 + (len(placed) if band in _YOUNG else 0)
    rest = [id for number in range(2, len(placed) + 1) for id in (f"k{number}", f"s{number + 1}")]
    vote = ["v1"] if band in _YOUNG else []
    return _BEGINNINGS.get_template("lesson.jinja").render(
        id=id,
        band=band,
        strand=strand,
        title=title,
        efacw=efacw_ids(band)[STRANDS.index(strand)],
        review_by=review_by,
        setting=setting,
        one=setting.who[0],
        other=setting.who[1],
        faces=_FACES,
        scenes=[f"scene-{number}" for number in range(1, count + 1)],
        questions=placed,
        led=["s1", "c1", "k1", "s2", *rest, *vote, "t1"],
        young=band in _YOUNG,
    )
