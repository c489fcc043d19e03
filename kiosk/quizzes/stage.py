"""The pictures of a quiz: the scene of each question, and the heads of who answers and of who says why."""

from collections.abc import Iterator, Sequence

from kiosk.bands import Band
from kiosk.content.problem import ContentProblem
from kiosk.content.source import Source
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.figure import Look, whole_figure
from kiosk.lessons.scenes.scene import SceneFile, draw_scene, scene_faults
from kiosk.lessons.stage import Heads, Stage, draw_heads
from kiosk.quizzes.choosing import Choosing
from kiosk.quizzes.question import Question


def draw_stage(
    source: Source, questions: Sequence[Question], cast: Cast, band: Band
) -> tuple[Stage, list[ContentProblem]]:
    """The pictures of the questions of a file, and what of them cannot be drawn."""
    scenes, problems = {}, []
    for id, scene, where in _written_scenes(questions):
        faults = scene_faults(scene, cast, band)
        problems += [source.problem(fault, *where, "scene") for fault in faults]
        if not faults:
            scenes[id] = draw_scene(id, scene, cast, band)
    heads, wrong = draw_heads(_named_heads(source), cast, band)
    walkers = {}
    for question in questions:
        name, _space, face = question.who.partition(" ")
        if question.walks and (question.who,) in heads and (person := cast.find(name, band)):
            walkers[question.who] = whole_figure(cast, Look(person, face, "walk"), band)
    return Stage(scenes, heads, walkers), problems + [ContentProblem(source.path, *fault) for fault in wrong]


def _written_scenes(
    questions: Sequence[Question],
) -> Iterator[tuple[str, SceneFile, tuple[str | int, ...]]]:
    """Every scene that a question or one of its cards shows, with its id and its place in the file."""
    for index, question in enumerate(questions):
        where = "questions", index
        if isinstance(question, Choosing) and question.scene:
            yield question.id, question.scene, where
        for number, card in enumerate(question.cards()):
            if card.scene:
                yield f"{question.id} {card.id}", card.scene.whole(), (*where, "items", number)


def entries(
    data: object, where: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    """Every map inside a quiz file and its place: questions, options, cards, parts."""
    if isinstance(data, dict):
        yield where, {key: value for key, value in data.items() if isinstance(value, str)}
        for key, value in data.items():
            yield from entries(value, (*where, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from entries(value, (*where, index))


def _named_heads(source: Source) -> Iterator[tuple[int, Heads]]:
    for where, entry in entries(source.data):
        if "scene" not in where and (said := entry.get("who")):
            yield source.line(*where, "who"), (said,)
