"""Words that a lesson explains on the screen where they first appear (content/glossary.en.yml)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.language import ENGLISH, same_language
from kiosk.content.problem import raise_if_any
from kiosk.content.source import Schema, Text, check, read_source
from kiosk.lessons.lesson import Lesson

_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True)
class Explained:
    """A word, what it means to this band, and its picture."""

    word: str
    meaning: str
    picture: str = ""


class Entry(Schema):
    """A word's picture (an id of pictures.yml), and what it means for each band that meets it."""

    picture: str = ""
    ks1: Text | None = None
    ks2: Text | None = None
    ks3: Text | None = None
    ks4: Text | None = None

    @property
    def said(self) -> dict[Band, str]:
        """Its meanings by band."""
        return {band: meaning for band in Band if (meaning := getattr(self, band))}


@dataclass(frozen=True)
class Glossary:
    """What words mean, for each band that meets them."""

    entries: Mapping[str, Entry]

    def meaning(self, word: str, band: Band) -> str:
        """What a word means for a band, else for the next younger one; empty if there is no explanation."""
        said = self.entries[word].said if word in self.entries else {}
        younger = [
            said[each] for each in Band if each in said and list(Band).index(each) <= list(Band).index(band)
        ]
        return younger[-1] if younger else ""

    def words_of(self, lesson: Lesson) -> list[Explained]:
        """Every word of a lesson's vocabulary that has an explanation, as its band is told it."""
        return [said for word in lesson.vocabulary if (said := self._explain(word, lesson.band)).meaning]

    def pictures_of(self, lesson: Lesson) -> dict[str, str]:
        """The picture of each key word of a lesson: those of its vocabulary, and those explained for its very band."""
        if not same_language(lesson.lang, ENGLISH):
            return {}
        return {
            word: entry.picture
            for word, entry in self.entries.items()
            if entry.picture and (word in lesson.vocabulary or lesson.band in entry.said)
        }

    def _explain(self, word: str, band: Band) -> Explained:
        picture = self.entries[word].picture if word in self.entries else ""
        return Explained(word, self.meaning(word, band), picture)

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
                found[screen.id] = self._explain(word, lesson.band)
        return found


def read_glossary(content_dir: Path, pictures: Collection[str]) -> Glossary:
    """The words, their meanings and their pictures; raises ContentError."""
    source = read_source(content_dir / f"glossary.{ENGLISH}.yml")
    entries = check(source, dict[Text, Entry])
    raise_if_any(
        source.problem(f'there is no picture "{one.picture}" in pictures.yml', word, "picture")
        for word, one in entries.items()
        if one.picture and one.picture not in pictures
    )
    return Glossary(entries)


def mark_word(html: Markup, word: str) -> Markup:
    """The HTML with the first of this word marked as the one that is explained."""
    return Markup(_word_pattern(word).sub(r"<dfn>\1</dfn>", str(html), count=1))  # nosec B704 - it was safe before


def picture_words(html: Markup, pictures: Mapping[str, Markup]) -> Markup:
    """The HTML with its picture before the first of each of these words."""
    shown: set[str] = set()

    def with_picture(match: re.Match[str]) -> str:
        said = match[1]
        word = next(one for one in pictures if said.lower() in (one, f"{one}s"))
        if word in shown:
            return said
        shown.add(word)
        picture = f'<span class="key-word__picture" aria-hidden="true">{pictures[word]}</span>'
        return f'<span class="key-word">{picture}{said}</span>'

    # One that is part of another stands after it: "home" after "home page".
    words = sorted(pictures, key=len, reverse=True)
    return Markup(_word_pattern(*words).sub(with_picture, str(html))) if words else html  # nosec B704 - as above


def _word_pattern(*words: str) -> re.Pattern[str]:
    # Not inside a tag, and whole: "feed" is not in "feedback", but "feeds" is the same word to a reader.
    any_of = "|".join(map(re.escape, words))
    return re.compile(rf"(?<![\w<-])((?:{any_of})s?)(?![\w-])(?![^<>]*>)", re.IGNORECASE)
