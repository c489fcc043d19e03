"""Pictures and places that too many lessons show, and scenes that look like those of another lesson (promise L21)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.pictures import Look, Shown, scenes_alike, shown_in
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work, inside

LESSONS_WITH_ONE_PICTURE = 4
LESSONS_IN_ONE_PLACE = 2  # of an age group


def check_pictures(works: Sequence[Work]) -> Iterator[Finding]:
    """Find pictures and scenes that other lessons have."""
    meanings: dict[str, dict[str, Shown]] = {}
    scenes: dict[Look, tuple[Path, int]] = {}
    for work in works:
        for shown in shown_in(work):
            if shown.kind == "picture":
                meanings.setdefault(shown.name, {}).setdefault(work.id, shown)
        yield from scenes_alike(work, scenes)
    for name, lessons in meanings.items():
        if len(lessons) > LESSONS_WITH_ONE_PICTURE:
            *earlier, last = lessons.values()
            places = ", ".join(place(one.path, one.line) for one in earlier)
            message = f'the picture "{name}" is shown in {len(lessons)} lessons: also in {places}'
            yield warning(last.path, last.line, "L21", message)


def check_places(works: Sequence[Work]) -> Iterator[Finding]:
    """Find places in which too many lessons of an age group or their quizzes play; drawings are not counted."""
    played: dict[tuple[str, str], dict[str, tuple[Path, int]]] = {}
    for work in works:
        for name, spot in _places_of(work):
            played.setdefault((work.band, name), {}).setdefault(work.id, spot)
    for (band, name), lessons in played.items():
        if len(lessons) > LESSONS_IN_ONE_PLACE:
            *earlier, (path, line) = lessons.values()
            others = ", ".join(place(*spot) for spot in earlier)
            message = f'{len(lessons)} lessons of {band} play in the place "{name}": also {others}'
            yield warning(path, line, "L21", message)


def _places_of(work: Work) -> Iterator[tuple[str, tuple[Path, int]]]:
    for block in work.blocks:
        source = inside(block, work.lesson_path) if block.name == "scene" else None
        if source and (name := source.data.get("place")):
            yield str(name), (work.lesson_path, source.line("place"))
    quiz = work.quiz_file
    for index, question in enumerate(quiz.data["questions"] if quiz else ()):
        if quiz and (name := question.get("scene", {}).get("place")):
            yield str(name), (quiz.path, quiz.line("questions", index, "scene", "place"))
