"""The parts of a lesson: screens, a scenario, and passages for the child or for the teacher."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from markupsafe import Markup, escape

from kiosk.content.markdown import render
from kiosk.content.media import Media, media_faults
from kiosk.content.page import Block
from kiosk.content.problem import ContentProblem
from kiosk.facts import Facts
from kiosk.lessons.scenario import Scenario, read_scenario

PassageKind = Literal["recall", "reflect", "note", "talk", "adult"]
PASSAGES: tuple[PassageKind, ...] = ("recall", "reflect", "note", "talk", "adult")
FOR_TEACHERS = {"talk", "adult"}

_ATTRIBUTES = {
    "screen": {"image", "picture", "alt", "decorative", "audio"},
    "scenario": {"start"},
    "recall": {"from"},
    "reflect": {"private"},
    "note": set(),
    "talk": set(),
    "adult": set(),
}


@dataclass(frozen=True)
class Screen:
    """One page of teaching: a few words, usually beside a picture."""

    id: str
    html: Markup
    picture: str  # an id of pictures.yml, or
    image: str  # a file in the lesson's img folder, or neither
    alt: str
    audio: str
    kind: Literal["screen"] = "screen"


@dataclass(frozen=True)
class Passage:
    """Text for one purpose: recall, note and reflect are for the child, talk and adult for the teacher."""

    kind: PassageKind
    id: str
    html: Markup
    about: str = ""  # recall: the earlier lesson it asks about


Step = Screen | Scenario | Passage


@dataclass(frozen=True)
class Blocks:
    """Turns the blocks of one lesson file into steps."""

    path: Path
    facts: Facts
    pictures: Collection[str]
    line_by_line: bool  # for the youngest, the author's line breaks are kept

    def read(self, blocks: Iterable[Block]) -> tuple[list[Step], list[ContentProblem]]:
        """The steps in order, including passages for teachers, and all problems."""
        steps: list[Step] = []
        problems: list[ContentProblem] = []
        for block in blocks:
            problems += self._shape_problems(block)
            if block.name == "scenario":
                scenario, wrong = read_scenario(block, self._fill, self._problem)
                problems += wrong
                steps += [scenario] if scenario else []
            elif block.name == "screen":
                steps.append(self._screen(block, problems))
            else:
                steps += [
                    Passage(kind, block.id, self._html(block), block.attributes.get("from", ""))
                    for kind in PASSAGES
                    if kind == block.name
                ]
        return steps, problems + self._count_problems(blocks)

    def _screen(self, block: Block, problems: list[ContentProblem]) -> Screen:
        given = block.attributes
        media = Media(
            picture=given.get("picture", ""),
            image=given.get("image", ""),
            alt=given.get("alt"),
            decorative="decorative" in given,
            audio=given.get("audio", ""),
        )
        faults = media_faults(media, self.path.parent, self.pictures, alt_needed=True)
        problems += [self._problem(block.line, fault) for fault in faults]
        return Screen(block.id, self._html(block), media.picture, media.image, media.alt or "", media.audio)

    def _shape_problems(self, block: Block) -> list[ContentProblem]:
        if block.name not in _ATTRIBUTES:
            known = ", ".join(_ATTRIBUTES)
            return [self._problem(block.line, f'unknown block "{block.name}"; there are {known}')]
        problems = [] if block.id else [self._problem(block.line, "the block has no id; write {#s1 ...}")]
        if not block.text.strip():
            problems.append(self._problem(block.line, "the block is empty"))
        unknown = sorted(set(block.attributes) - _ATTRIBUTES[block.name])
        problems += [self._problem(block.line, f'unknown key "{key}"') for key in unknown]
        return problems + self.facts.problems(block.text, self.path, block.line + 1)

    def _count_problems(self, blocks: Iterable[Block]) -> list[ContentProblem]:
        counted = Counter(block.name for block in blocks)
        problems = [
            self._problem(block.line, f'only one "{block.name}" in a lesson')
            for name in ("scenario", *PASSAGES)
            for block in [block for block in blocks if block.name == name][1:]
        ]
        return problems if counted["screen"] else [*problems, self._problem(1, "the lesson has no screen")]

    def _html(self, block: Block) -> Markup:
        return self._fill(render(block.text, line_by_line=self.line_by_line))

    def _fill(self, text: str) -> Markup:
        # An unknown placeholder has been reported already; here it stays as it is.
        return escape(text) if self.facts.unknown(text) else self.facts.fill(text)

    def _problem(self, line: int, message: str) -> ContentProblem:
        return ContentProblem(self.path, line, message)
