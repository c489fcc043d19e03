"""Beliefs that distractors hold (content/misconceptions.yml), shared so that a class view can group them."""

from pathlib import Path

from kiosk.content.source import Identifier, Schema, Text, read_yaml


class Misconception(Schema):
    """Something that people may believe, and why it is not true."""

    statement: Text
    why: Text


def read_misconceptions(content_dir: Path) -> dict[str, Misconception]:
    """Every misconception by its id; raises ContentError."""
    return read_yaml(content_dir / "misconceptions.yml", dict[Identifier, Misconception])
