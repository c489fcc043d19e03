"""Pictures and scenes that come twice in a lesson (promise L21)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.content.page import Block
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import texts
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work, inside

_KEYS = ("picture", "image", "scene")

Look = tuple[tuple[tuple[str, str], ...], str]  # the figures of a scene with their faces, and its prop


@dataclass(frozen=True, order=True)
class Shown:
    """A picture in a block of a lesson: one of pictures.yml, a drawing of the lesson, or one of its scenes."""

    path: Path
    line: int
    kind: str
    name: str


def check_pictures(works: Sequence[Work]) -> Iterator[Finding]:
    """Find pictures and scenes that come again in the same lesson."""
    for work in works:
        seen: dict[tuple[str, str], Shown] = {}
        for shown in shown_in(work):
            known = seen.setdefault((shown.kind, shown.name), shown)
            if known is not shown:
                message = (
                    f'the {shown.kind} "{shown.name}" is shown in {place(known.path, known.line)} already'
                )
                yield warning(shown.path, shown.line, "L21", message)
        yield from scenes_alike(work, {})


def shown_in(work: Work) -> Iterator[Shown]:
    """Every picture and scene that a lesson shows, in the order of the file."""
    path = work.lesson_path
    for block in work.blocks:
        for key in _KEYS:
            if named := block.attributes.get(key):
                yield Shown(path, block.line, key, named)
        source = inside(block, path)
        if block.name == "scene" or source is None:
            continue
        # The views of one activity may show the same scene again, but not the same picture.
        scenes: set[str] = set()
        for where, named in texts(source.data):
            key = str(where[-1])
            if key in _KEYS and not (key == "scene" and named in scenes):
                scenes.add(named)
                yield Shown(path, source.line(*where), key, named)


def scenes_alike(work: Work, scenes: dict[Look, tuple[Path, int]]) -> Iterator[Finding]:
    """Find scenes of a lesson that look like an earlier one among `scenes`, and put the others there."""
    for block in work.blocks:
        look = _look_of_scene(block, work.lesson_path) if block.name == "scene" else None
        if look is None:
            continue
        path, line = scenes.setdefault(look, (work.lesson_path, block.line))
        if (path, line) != (work.lesson_path, block.line):
            message = f"this scene has the figures, faces and prop of the one in {place(path, line)}"
            yield warning(work.lesson_path, block.line, "L21", message)


def _look_of_scene(block: Block, path: Path) -> Look | None:
    """Who is in a scene with which face, and the prop; the place and what they say may differ."""
    source = inside(block, path)
    data = source.data if source else {}
    figures = data.get("figures")
    if not isinstance(figures, list) or not figures:
        return None
    people = sorted(
        (str(one.get("who", "")), str(one.get("face", ""))) for one in figures if isinstance(one, dict)
    )
    return tuple(people), str(data.get("prop", ""))
