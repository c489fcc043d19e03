"""The words with which a lesson and its quiz begin; no line of them is meant to stay."""

from dataclasses import dataclass
from datetime import date

from kiosk.bands import Band
from kiosk.lessons.head import STRANDS, Mode, Strand
from kiosk.linter.maps import efacw_ids

_QUIZ_HEAD = """\
schema: quiz/1
id: {id}
lesson: {id}
lang: en-GB
version: 1
shuffle: {shuffle}
unsure: true
starter: q1                   # asked at the beginning of the lesson, for the same objective as
exit: {last}                      # the last one
questions:
"""
_QUIZ_QUESTION = """\
  - id: {id}
    type: {type}
    objective: {objective}
    stem: "What is asked here?"
    options:
{options}    unsure_feedback: "Give the next thought."
"""
_RIGHT = """\
      - {{id: {id}, label: "{label}", correct: true,
         feedback: "Say why it fits."}}
"""
# The belief stands behind the answer: which one, an id of misconceptions.yml says.
_BELIEF = """\
      - {{id: {id}, label: "{label}", misconception: "",
         feedback: "Say what is so."}}
"""
_LABELS = ("What one child thinks", "What another thinks", "What a third thinks", "What a fourth thinks")
_PLACED = 2  # questions that stand in the lesson itself, where two are left for the end


def question_ids(band: Band) -> list[str]:
    """As many questions as a quiz of the band has at least."""
    return [f"q{number}" for number in range(1, band.limits.questions[0] + 1)]


def placed_questions(band: Band) -> list[str]:
    """The questions that are asked in the lesson; at least two stay for the end."""
    return question_ids(band)[: min(_PLACED, band.limits.questions[0] - 2)]


def quiz_text(id: str, band: Band) -> str:
    """The whole file: each objective is asked for, and the right answer changes its place."""
    ids = question_ids(band)
    head = _QUIZ_HEAD.format(id=id, shuffle="options" if band == Band.KS1 else "both", last=ids[-1])
    questions = []
    for number, question in enumerate(ids):
        objective = "o1" if number % 2 == 0 or question == ids[-1] else "o2"
        kind, options = _yes_or_no(number) if band == Band.KS1 else _choice(number, band.limits.choices[0])
        questions.append(_QUIZ_QUESTION.format(id=question, type=kind, objective=objective, options=options))
    return head + "".join(questions)


def _yes_or_no(number: int) -> tuple[str, str]:
    yes, no = (_RIGHT, _BELIEF) if number % 2 == 0 else (_BELIEF, _RIGHT)
    return "true-false", yes.format(id="t", label="Yes") + no.format(id="f", label="No")


def _choice(number: int, count: int) -> tuple[str, str]:
    right, labels, options = number % count, iter(_LABELS), ""
    for place in range(count):
        id = "abcdef"[place]
        if place == right:
            options += _RIGHT.format(id=id, label="What is so")
        else:
            options += _BELIEF.format(id=id, label=next(labels))
    return "single-choice", options


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

_HEAD = """\
---
schema: lesson/1
id: {id}
band: {band}
strand: {strand}
lang: en-GB
version: 1
status: draft                 # draft, reviewed, approved
title: {title}
voice: "who tells it, and how"
shape: story                  # story, log, page, documents, show, play
interaction: "what is done, in a few words"
minutes: {minutes}
mode: {mode}
objectives:
  - {{id: o1, text: "I can do this."}}
  - {{id: o2, text: "I know that."}}
vocabulary: []                # each word with a meaning in glossary.en.yml
sensitivity: low              # low, medium, high
help: [adult-at-school]       # ids of helplines.yml
facts: []                     # ids of facts.yml
maps: {{efacw: [{efacw}], rshe: [], nc: [], kcsie: [], policy: []}}   # kiosk content ids
review_by: {review_by}
quiz: {id}
---
"""
_SCENE = """
::: scene {{#{id}}}
place: {place}
figures:
  - {{who: {one}, face: {face_one}}}
  - {{who: {other}, face: {face_other}{says}}}
alt: "Say who does what."
:::
"""
_SCREEN = """
::: screen {{#{id}{scene}}}
## A short heading
Say what happens {when}.
:::
"""
_CHOOSE = """
::: choose {{#c1}}
scene: {scene}
heading: "What is so now?"
words: "Say where you are."
ask: "What do you do?"
moves:
  - id: first
    label: "What one does"
{faces_one}    then: "Say what it costs."
  - id: second
    label: "What another does"
{faces_other}    then: "Say what comes next."
:::
"""
_QUESTION = """
::: question {{#k{number} of="{of}"}}
:::
"""
_FOR_TEACHERS = """
::: talk {#t1}
What would you ask?
:::

::: adult {#a1}
Say how to lead.
:::
"""
_VOTE = """
::: vote {#v1}
heading: "What would you do?"
options:
  - {id: a, label: "One thing"}
  - {id: b, label: "Another thing"}
talk: "Ask why."
:::
"""


def lesson_text(id: str, band: Band, strand: Strand, title: str, review_by: date) -> str:
    """The whole file: every kind of block that a lesson needs, in an order that the check takes."""
    setting = _SETTINGS[band]
    head = _HEAD.format(
        id=id, band=band, strand=strand, title=title, minutes=band.limits.lesson_minutes, mode=setting.mode,
        efacw=efacw_ids(band)[STRANDS.index(strand)], review_by=review_by,
    )  # fmt: skip
    # Each scene is shown once; the young see one on every screen.
    count = 2 + (len(placed_questions(band)) if band in {Band.KS1, Band.KS2} else 0)
    scenes = [f"scene-{number}" for number in range(1, count + 1)]
    drawn = [_scene(setting, scene, number) for number, scene in enumerate(scenes)]
    return head + "".join((*drawn, *_steps(band, setting, scenes), _FOR_TEACHERS))


def _steps(band: Band, setting: _Setting, scenes: list[str]) -> list[str]:
    """Something to do by the second step, and never two steps to read in a row."""
    young = band in {Band.KS1, Band.KS2}
    questions = [
        _QUESTION.format(number=number, of=of) for number, of in enumerate(placed_questions(band), 1)
    ]
    steps = [_screen("s1", "first", scenes[0]), _choose(setting, scenes[1], young), questions[0]]
    steps.append(_screen("s2", "next", scenes[2] if young else ""))
    for number, question in enumerate(questions[1:], 3):
        steps += [question, _screen(f"s{number}", "then", scenes[number] if young else "")]
    return [*steps, _VOTE] if young else steps


def _scene(setting: _Setting, id: str, number: int) -> str:
    says = ', says: "What do they say?"' if setting.speaks and number == 0 else ""
    one, other = setting.who
    face_one, face_other = _FACES[number]
    return _SCENE.format(
        id=id, place=setting.place, one=one, other=other, face_one=face_one, face_other=face_other, says=says
    )


def _screen(id: str, when: str, scene: str) -> str:
    return _SCREEN.format(id=id, when=when, scene=f' scene="{scene}"' if scene else "")


def _choose(setting: _Setting, scene: str, faces: bool) -> str:
    one, other = setting.who
    return _CHOOSE.format(
        scene=scene,
        faces_one=f"    faces: [{one} thinking]\n" if faces else "",
        faces_other=f"    faces: [{other} glad]\n" if faces else "",
    )
