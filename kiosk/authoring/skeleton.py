"""The beginning of a lesson and of its quiz, to be written over from the first line to the last."""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.authoring.lesson_text import lesson_text, quiz_text
from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.host.files import write_durably
from kiosk.lessons.head import STRANDS, Strand

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_READABLE_BY_ALL = 0o644  # content is no secret


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
    text = lesson_text(lesson.id, lesson.band, lesson.strand, lesson.quoted_title, review_by)
    write_durably(page, text.encode(), _READABLE_BY_ALL, new=True)
    write_durably(quiz, quiz_text(lesson.id, lesson.band).encode(), _READABLE_BY_ALL, new=True)
    return page, quiz
