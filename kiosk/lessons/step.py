"""The steps of a lesson: screens, things to do, a story with choices, and passages for the child or for the teacher."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from markupsafe import Markup, escape

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.content.markdown import render
from kiosk.content.media import Media, media_faults
from kiosk.content.page import Block
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import Source, check, parse_yaml
from kiosk.lessons.activity import Activity
from kiosk.lessons.at_home import HOME
from kiosk.lessons.known_kinds import KINDS
from kiosk.lessons.scenario import Scenario, read_scenario
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.scene import Scene
from kiosk.lessons.stage import Stage, draw_heads, named_heads, named_scenes, read_scene
from kiosk.lessons.teaching import TEACHER, Teaching
from kiosk.wording.facts import Facts, Filling

Key = tuple[str, str, int]  # of a block
PassageKind = Literal["recall", "reflect", "note", "talk", "adult", "stretch", "simpler"]
PASSAGES: tuple[PassageKind, ...] = ("recall", "reflect", "note", "talk", "adult")
# What stands folded at another step: a bit more for who is done early, and the same in fewer words.
BESIDE_A_STEP: tuple[PassageKind, ...] = ("stretch", "simpler")
FOR_TEACHERS = {"talk", "adult"}
READ_ALONE = {"note", "recall", "reflect"}  # not places at which a class stands
SCENE = "scene"
DATA_BLOCKS = frozenset({SCENE, TEACHER, HOME, *KINDS})  # their words are YAML
FOR_STAFF = frozenset({TEACHER, "adult"})  # English alone
# For each block of YAML that a child sees, the keys under which its words stand.
WORDS_IN: Mapping[str, frozenset[str]] = {
    SCENE: frozenset({"alt", "says"}),
    **{name: frozenset({*kind.words_of, "alt", "kind", "meters"}) for name, kind in KINDS.items()},
}

_ATTRIBUTES = {
    "screen": {"scene", "image", "picture", "alt", "decorative", "audio"},
    "scenario": {"start"},
    "recall": {"from"},
    "reflect": {"private"},
    "note": set(),
    "talk": set(),
    "adult": set(),
    "stretch": {"for"},
    "simpler": {"for"},
}


@dataclass(frozen=True)
class Screen:
    """One page of teaching: a few words, usually beside a picture."""

    id: str
    html: Markup
    picture: str  # an id of pictures.yml, or empty; at most one of picture, image and scene is set
    image: str  # a file in the lesson's img folder, or empty
    alt: str
    audio: str
    scene: str = ""  # an id of the lesson's scenes, or empty
    kind: Literal["screen"] = "screen"


@dataclass(frozen=True)
class Passage:
    """Text for one purpose: recall, note and reflect are for the child, talk and adult for the teacher."""

    kind: PassageKind
    id: str
    html: Markup
    about: str = ""  # recall: the earlier lesson it asks about; stretch and simpler: the step they stand at


Step = Screen | Scenario | Passage | Activity


@dataclass
class Blocks:
    """Turns the blocks of one lesson file into steps and pictures; `problems` gathers what is not as it has to be."""

    path: Path
    facts: Facts
    pictures: Collection[str]
    cast: Cast
    band: Band
    lang: str = ENGLISH
    problems: list[ContentProblem] = field(default_factory=list)
    teaching: Teaching | None = None  # what the adult says
    _unread: set[Key] = field(default_factory=set)  # blocks whose YAML cannot be read

    def read(self, blocks: Collection[Block]) -> tuple[list[Step], Stage]:
        """The steps in order, including passages for teachers, and the lesson's pictures."""
        sources = {block.key: self._read_yaml(block) for block in blocks if block.name in DATA_BLOCKS}
        scenes = dict(self._scenes(blocks, sources))
        steps = [step for block in blocks for step in self._steps(block, sources.get(block.key), scenes)]
        things = [sources[block.key] for block in blocks if block.name in KINDS]
        heads, faults = draw_heads(
            (one for source in things for one in named_heads(source)), self.cast, self.band
        )
        self.problems += [self._problem(line, fault) for line, fault in faults]
        self._count_problems(blocks)
        self._beside_problems(blocks, {step.id for step in steps})
        for block in blocks:
            if block.name == TEACHER and block.key not in self._unread:
                self._read_teaching(sources[block.key])
        return steps, Stage(scenes, heads)

    def _steps(self, block: Block, source: Source | None, scenes: Collection[str]) -> Iterator[Step]:
        if block.name in {SCENE, TEACHER}:
            return
        if block.name == HOME:  # a lesson of children leaves it out before its steps are read
            self.problems.append(
                self._problem(block.line, "only a lesson of children has words for families")
            )
            return
        if source is not None:
            yield from self._activity(block, source, scenes)
            return
        self._shape_problems(block)
        if block.name == "scenario":
            scenario, wrong = read_scenario(block, self._fill, self._problem)
            self.problems += wrong
            if scenario:
                yield scenario
        elif block.name == "screen":
            yield self._screen(block, scenes)
        for kind in (*PASSAGES, *BESIDE_A_STEP):
            if kind == block.name:
                about = block.attributes.get("from", "") or block.attributes.get("for", "")
                yield Passage(kind, block.id, self._html(block), about)

    def _read_yaml(self, block: Block) -> Source:
        """The data of a scene or activity block: its id, its attributes and its YAML."""
        first = {"id": block.id} if block.name != SCENE else {}
        said = Source(self.path, {**first, **block.attributes}, {(): block.line})
        if not block.id:
            self.problems.append(self._problem(block.line, "the block has no id; write {#c1}"))
        if not block.text.strip():
            return said
        try:
            source = parse_yaml(block.text, self.path, block.line + 1)
        except ContentError as error:
            self.problems += error.problems
            self._unread.add(block.key)
            return said
        if not isinstance(source.data, dict):
            self.problems.append(self._problem(block.line + 1, "write key: value, a line each"))
            self._unread.add(block.key)
            return said
        return Source(self.path, {**said.data, **source.data}, {**source.lines, (): block.line})

    def _scenes(self, blocks: Iterable[Block], sources: Mapping[Key, Source]) -> Iterator[tuple[str, Scene]]:
        for block in blocks:
            if block.name == SCENE and block.key not in self._unread:
                source = sources[block.key]
                scene, wrong = read_scene(block, source, self.cast, self.band, Filling(self.facts, self.lang))
                self.problems += wrong
                if scene:
                    yield block.id, scene

    def _activity(self, block: Block, source: Source, scenes: Collection[str]) -> Iterator[Activity]:
        if block.key in self._unread:
            return  # its YAML cannot be read, which is reported already
        try:
            step = check(source, KINDS[block.name], Filling(self.facts, self.lang))
        except ContentError as error:
            self.problems += error.problems
        else:
            self.problems += [
                source.problem(f'there is no "{name}" in helplines.yml', "help", place)
                for place, name in enumerate(step.help)
                if not self.facts.helplines.knows(name)
            ]
            yield step
        for line, name in named_scenes(source):
            self._scene_problem(line, name, scenes)

    def _read_teaching(self, source: Source) -> None:
        try:
            self.teaching = check(source, Teaching, Filling(self.facts, self.lang))
        except ContentError as error:
            self.problems += error.problems

    def _screen(self, block: Block, scenes: Collection[str]) -> Screen:
        given = block.attributes
        scene = given.get("scene", "")
        media = Media(
            picture=given.get("picture", ""),
            image=given.get("image", ""),
            alt=given.get("alt"),
            decorative="decorative" in given,
            audio=given.get("audio", ""),
        )
        faults = media_faults(media, self.path.parent, self.pictures, alt_needed=True)
        if scene and (media.shown or media.alt is not None):
            faults.append("a scene has its own alt, and nothing else is shown beside it")
        self.problems += [self._problem(block.line, fault) for fault in faults]
        if scene:
            self._scene_problem(block.line, scene, scenes)
        return Screen(
            block.id, self._html(block), media.picture, media.image, media.alt or "", media.audio, scene
        )

    def _scene_problem(self, line: int, name: str, scenes: Collection[str]) -> None:
        if name not in scenes:
            self.problems.append(
                self._problem(line, f'there is no scene "{name}" in this lesson, or it cannot be drawn')
            )

    def _shape_problems(self, block: Block) -> None:
        if block.name not in _ATTRIBUTES:
            known = ", ".join(sorted({*_ATTRIBUTES, *DATA_BLOCKS}))
            self.problems.append(
                self._problem(block.line, f'unknown block "{block.name}"; there are {known}')
            )
            return
        if not block.id:
            self.problems.append(self._problem(block.line, "the block has no id; write {#s1 ...}"))
        if not block.text.strip():
            self.problems.append(self._problem(block.line, "the block is empty"))
        unknown = sorted(set(block.attributes) - _ATTRIBUTES[block.name])
        self.problems += [self._problem(block.line, f'unknown key "{key}"') for key in unknown]
        self.problems += self.facts.problems(block.text, self.path, block.line + 1)

    def _count_problems(self, blocks: Collection[Block]) -> None:
        counted = Counter(block.name for block in blocks)
        self.problems += [
            self._problem(block.line, f'only one "{block.name}" in a lesson')
            for name in ("scenario", TEACHER, *PASSAGES)
            for block in [block for block in blocks if block.name == name][1:]
        ]
        if not any(counted[name] for name in ("screen", *KINDS)):
            self.problems.append(self._problem(1, "the lesson has no screen and nothing to do"))

    def _beside_problems(self, blocks: Collection[Block], steps: Collection[str]) -> None:
        for block in blocks:
            where = block.attributes.get("for", "")
            if block.name in BESIDE_A_STEP and where not in steps:
                message = f'for="{where}" is no step of this lesson'
                self.problems.append(self._problem(block.line, message))

    def _html(self, block: Block) -> Markup:
        # For the youngest, the author's line breaks are kept.
        return self._fill(render(block.text, line_by_line=self.band is Band.KS1))

    def _fill(self, text: str) -> Markup:
        # An unknown placeholder has been reported already; here it stands unfilled.
        return escape(text) if self.facts.unknown(text) else self.facts.fill(text, self.lang)

    def _problem(self, line: int, message: str) -> ContentProblem:
        return ContentProblem(self.path, line, message)
