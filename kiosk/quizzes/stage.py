"""The pictures of a quiz: the scene of each question, and the heads of who answers and of who says why."""

from collections.abc import Iterator, Sequence

from kiosk.bands import Band
from kiosk.content.problem import ContentProblem
from kiosk.content.source import Source
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.figure import Look, whole_figure
from kiosk.lessons.scenes.scene import draw_scene, scene_faults
from kiosk.lessons.stage import Heads, Stage, draw_heads
from kiosk.quizzes.choosing import Choosing
from kiosk.quizzes.question import Question


def draw_stage(
    source: Source, questions: Sequence[Question], cast: Cast, band: Band
) -> tuple[Stage, list[ContentProblem]]:
    """The pictures of the questions of a file, and what of them cannot be drawn."""
    scenes, problems = {}, []
    for index, question in enumerate(questions):
        scene = question.scene if isinstance(question, Choosing) else None
        if scene is None:
            continue
        faults = scene_faults(scene, cast, band)
        problems += [source.problem(fault, "questions", index, "scene") for fault in faults]
        if not faults:
            scenes[question.id] = draw_scene(question.id, scene, cast, band)
    heads, wrong = draw_heads(_named_heads(source), cast, band)
    walkers = {}
    for question in questions:
        name, _space, face = question.who.partition(" ")
        if question.walks and (question.who,) in heads and (person := cast.find(name, band)):
            walkers[question.who] = whole_figure(cast, Look(person, face, "walk"), band)
    return Stage(scenes, heads, walkers), problems + [ContentProblem(source.path, *fault) for fault in wrong]


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
