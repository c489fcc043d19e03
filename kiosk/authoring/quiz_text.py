"""The words with which a quiz begins; no line of them is meant to stay."""

from kiosk.bands import Band

_HEAD = """\
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
_QUESTION = """\
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
    head = _HEAD.format(id=id, shuffle="options" if band == Band.KS1 else "both", last=ids[-1])
    questions = []
    for number, question in enumerate(ids):
        objective = "o1" if number % 2 == 0 or question == ids[-1] else "o2"
        kind, options = _yes_or_no(number) if band == Band.KS1 else _choice(number, band.limits.choices[0])
        questions.append(_QUESTION.format(id=question, type=kind, objective=objective, options=options))
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
