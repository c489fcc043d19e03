"""Voice: how a lesson sounds, in numbers; two lessons of a band that are alike in all sound the same (promise L21)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from statistics import fmean, median, pstdev

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.wording import lower_words, paragraphs, place, sentences_of
from kiosk.linter.sameness.works import Work

NEAR = 0.05
FEWEST_WORDS = 100  # fewer have no voice that could be measured
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_NEGATIONS = {"no", "not", "never", "nobody", "nothing", "none", "nor", "cannot", "without", "nowhere"}


@dataclass(frozen=True)
class Voice:
    """How a lesson sounds, in numbers that do not depend on its length."""

    sentence: float  # words in a sentence, on average
    spread: float  # how far sentences differ in length: standard deviation
    speech: float  # share of words that somebody says
    questions: float  # in 100 words
    you: float  # in 100 words
    negations: float  # in 100 words

    def __str__(self) -> str:
        return (
            f"sentences of {self.sentence:.1f} words, spread {self.spread:.1f}, speech {self.speech:.0%}, "
            f"in 100 words {self.questions:.1f} questions, {self.you:.1f} you, {self.negations:.1f} negations"
        )


def check_voices(works: Sequence[Work]) -> Iterator[Finding]:
    """Find two lessons of one band that are within a twentieth of each other in every number."""
    voices = [(work, voice) for work in works if (voice := voice_of(work))]
    for index, (work, voice) in enumerate(voices):
        for earlier, other in voices[:index]:
            if earlier.band == work.band and _alike(voice, other):
                usual = median_voice([each for one, each in voices if one.band == work.band])
                message = (
                    f"this sounds like {place(earlier.lesson_path, 1)}: {voice}; "
                    f"there: {other}; in the middle of {work.band}: {usual}"
                )
                yield warning(work.lesson_path, 1, "L21", message)


def voice_of(work: Work) -> Voice | None:
    """The numbers of a lesson; None if it has too few words."""
    said = [len(lower_words(sentence)) for sentence in sentences_of(work.running)]
    text = "\n".join(paragraph for passage in work.running for paragraph in paragraphs(passage))
    words = lower_words(text)
    if len(words) < FEWEST_WORDS or work.page is None:
        return None
    spoken = sum(
        len(lower_words(paragraph)) if passage.use == "message" else _quoted(paragraph)
        for passage in work.running
        for paragraph in paragraphs(passage)
    )
    hundreds = len(words) / 100
    return Voice(
        sentence=fmean(said),
        spread=pstdev(said),
        speech=spoken / len(words),
        questions=text.count("?") / hundreds,
        you=words.count("you") / hundreds,
        negations=sum(word in _NEGATIONS or word.endswith("n't") for word in words) / hundreds,
    )


def median_voice(voices: Sequence[Voice]) -> Voice:
    """Each number in the middle of a band."""
    return Voice(*(median(numbers) for numbers in zip(*map(astuple, voices), strict=True)))


def _alike(one: Voice, other: Voice) -> bool:
    pairs = zip(astuple(one), astuple(other), strict=True)
    return all(abs(here - there) <= NEAR * max(here, there) for here, there in pairs)


def _quoted(paragraph: str) -> int:
    return sum(len(lower_words(match[0])) for match in _QUOTED.finditer(paragraph))
