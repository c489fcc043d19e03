"""Pictures that too many lessons show, and scenes that look like those of another lesson (promise L21)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.pictures import Look, Shown, scenes_alike, shown_in
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work

LESSONS_WITH_ONE_PICTURE = 4


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
