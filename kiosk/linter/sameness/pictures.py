"""Pictures: one that comes twice in a lesson, one that too many lessons show, scenes that look alike (promise L21)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.content.page import Block
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import texts
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work, inside

LESSONS_WITH_ONE_PICTURE = 4
_KEYS = ("picture", "image", "scene")


@dataclass(frozen=True, order=True)
class _Shown:
    """A picture in a block of a lesson: by meaning, a drawing of the lesson, or one of its scenes."""

    path: Path
    line: int
    kind: str
    name: str


def check_pictures(works: Sequence[Work]) -> Iterator[Finding]:
    """Find pictures and scenes that come again."""
    meanings: dict[str, dict[str, _Shown]] = {}
    scenes: dict[Any, tuple[Path, int]] = {}
    for work in works:
        seen: dict[tuple[str, str], _Shown] = {}
        for shown in _shown(work):
            known = seen.setdefault((shown.kind, shown.name), shown)
            if known is not shown:
                message = (
                    f'the {shown.kind} "{shown.name}" is shown in {place(known.path, known.line)} already'
                )
                yield warning(shown.path, shown.line, "L21", message)
            if shown.kind == "picture":
                meanings.setdefault(shown.name, {}).setdefault(work.id, shown)
        yield from _scenes(work, scenes)
    for name, lessons in meanings.items():
        if len(lessons) > LESSONS_WITH_ONE_PICTURE:
            *earlier, last = lessons.values()
            places = ", ".join(place(one.path, one.line) for one in earlier)
            message = f'the picture "{name}" is shown in {len(lessons)} lessons: also in {places}'
            yield warning(last.path, last.line, "L21", message)


def _shown(work: Work) -> Iterator[_Shown]:
    path = work.lesson_path
    for block in work.blocks:
        for key in _KEYS:
            if named := block.attributes.get(key):
                yield _Shown(path, block.line, key, named)
        source = inside(block, path)
        if block.name == "scene" or source is None:
            continue
        # A scene may stay where it is, from one view of a block to the next; a picture may not come again.
        scenes: set[str] = set()
        for where, named in texts(source.data):
            key = str(where[-1])
            if key in _KEYS and not (key == "scene" and named in scenes):
                scenes.add(named)
                yield _Shown(path, source.line(*where), key, named)


def _scenes(work: Work, scenes: dict[Any, tuple[Path, int]]) -> Iterator[Finding]:
    for block in work.blocks:
        if block.name != "scene":
            continue
        looks = _looks(block, work.lesson_path)
        if looks is None:
            continue
        path, line = scenes.setdefault(looks, (work.lesson_path, block.line))
        if (path, line) != (work.lesson_path, block.line):
            message = f"this scene has the figures, faces and prop of the one in {place(path, line)}"
            yield warning(work.lesson_path, block.line, "L21", message)


def _looks(block: Block, path: Path) -> tuple[Any, ...] | None:
    """Who is in a scene with which face, and the prop; the place and what they say may differ."""
    source = inside(block, path)
    data = source.data if source else {}
    figures = data.get("figures")
    if not isinstance(figures, list) or not figures:
        return None
    people = sorted(
        (str(one.get("who", "")), str(one.get("face", ""))) for one in figures if isinstance(one, dict)
    )
    return (tuple(people), str(data.get("prop", "")))
