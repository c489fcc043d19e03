"""Things to do in lessons, as an author writes them, for tests."""

from pathlib import Path

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.content.page import Block
from kiosk.lessons.activity import Activity
from kiosk.lessons.scenes.cast import read_cast
from kiosk.lessons.stage import Stage
from kiosk.lessons.step import Blocks, Step
from kiosk.wording.facts import read_facts
from tests.tree import ROOT

CONTENT = ROOT / "content"
SCENE = """\
place: bus
figures:
  - {who: amina, face: worried, holds: phone}
  - {who: kofi, says: "It is only a joke."}
alt: "Amina looks at her phone. Kofi laughs."
"""


def read(*blocks: tuple[str, str, str], band: Band = Band.KS2) -> tuple[list[Step], Stage, list[str]]:
    """The steps of blocks (kind, id, words), the pictures, and what is wrong, each as line and sentence."""
    path = Path("lesson.en.md")
    reader = Blocks(path, read_facts(CONTENT), {"key", "paint"}, read_cast(CONTENT), band)
    written, line = [], 1
    for kind, id, text in blocks:
        written.append(Block(kind, id, {}, text, line))
        line += text.count("\n") + 2
    steps, stage = reader.read(written)
    return steps, stage, [f"{problem.line}: {problem.message}" for problem in reader.problems]


def thing(kind: str, text: str, band: Band = Band.KS2) -> Activity:
    """One thing to do, which has to be right."""
    steps, _stage, problems = read(("scene", "bus", SCENE), (kind, "c1", text), band=band)
    assert problems == []
    (step,) = steps
    assert isinstance(step, Activity)
    return step


def asked(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    """The parameters of an address."""
    return MultiDict(pairs)
