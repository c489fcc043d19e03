"""Words that a lesson explains on the screen where they first appear (content/glossary.en.yml)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.content.source import Text, read_yaml
from kiosk.lessons.lesson import Lesson

_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True)
class Explained:
    """A word and what it means to this band."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Glossary:
    """What words mean, for each band that meets them."""

    meanings: Mapping[str, Mapping[Band, str]]

    def meaning(self, word: str, band: Band) -> str:
        """What a word means for a band, else for the next younger one; empty if there is no explanation."""
        said = self.meanings.get(word, {})
        younger = [
            said[each] for each in Band if each in said and list(Band).index(each) <= list(Band).index(band)
        ]
        return younger[-1] if younger else ""

    def words_of(self, lesson: Lesson) -> list[Explained]:
        """Every word of a lesson's vocabulary that has an explanation, as its band is told it."""
        said = [Explained(word, self.meaning(word, lesson.band)) for word in lesson.vocabulary]
        return [one for one in said if one.meaning]

    def explained(self, lesson: Lesson) -> dict[str, Explained]:
        """For each screen id the one word explained there, if the screen has room for it."""
        found: dict[str, Explained] = {}
        for word in lesson.vocabulary:
            screen = next((each for each in lesson.screens if _word_pattern(word).search(each.html)), None)
            meaning = self.meaning(word, lesson.band)
            if screen is None or screen.id in found or not meaning:
                continue
            # The page says the lesson's title above the screen's own words.
            said = f"{lesson.title} {screen.html.striptags()} {word} {meaning}"
            if len(_WORD.findall(said)) <= lesson.band.limits.words_per_screen:
                found[screen.id] = Explained(word, meaning)
        return found


def read_glossary(content_dir: Path) -> Glossary:
    """The words and their meanings; raises ContentError."""
    return Glossary(read_yaml(content_dir / f"glossary.{ENGLISH}.yml", dict[Text, dict[Band, Text]]))


def mark_word(html: Markup, word: str) -> Markup:
    """The HTML with the first of this word marked as the one that is explained."""
    return Markup(_word_pattern(word).sub(r"<dfn>\1</dfn>", str(html), count=1))  # nosec B704 - it was safe before


def _word_pattern(word: str) -> re.Pattern[str]:
    # Not inside a tag, and whole: "feed" is not in "feedback", but "feeds" is the same word to a reader.
    return re.compile(rf"(?<![\w<-])({re.escape(word)}s?)(?![\w-])(?![^<>]*>)", re.IGNORECASE)
