"""Endings: paragraphs that close with a short wise sentence in which there is no thing (promise L21)."""

from collections.abc import Collection, Iterator, Sequence

from kiosk.content.readability import sentences
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage
from kiosk.linter.sameness.things import names_a_thing
from kiosk.linter.sameness.wording import STAND_INS, line_of, lowered, paragraphs, place
from kiosk.linter.sameness.works import Work

SHORT_WORDS = 9  # a wise ending has fewer
ENDINGS_A_LESSON = 2
# Somebody of the story is in the sentence, so it tells what happened and is no saying.
_SOMEBODY = {"he", "she", "him", "her", "his", "hers", "i", "me", "my", "mine"}


def check_endings(works: Sequence[Work], names: Collection[str]) -> Iterator[Finding]:
    """Find lessons in which more than two paragraphs end in a saying; it stands at the third, and names the rest."""
    for work in works:
        found = [
            end for passage in work.running if passage.use != "message" for end in _sayings(passage, names)
        ]
        for passage, saying in found[ENDINGS_A_LESSON : ENDINGS_A_LESSON + 1]:
            others = ", ".join(str(line_of(other, said)) for other, said in found[1:])
            where = place(passage.path, line_of(*found[0]))
            message = (
                f'{len(found)} paragraphs end in a saying without a thing in it, such as "{saying}": '
                f"the first in {where}, the others on lines {others}"
            )
            yield warning(passage.path, line_of(passage, saying), "L21", message)


def _sayings(passage: Passage, names: Collection[str]) -> Iterator[tuple[Passage, str]]:
    for paragraph in paragraphs(passage):
        said = sentences(paragraph)
        # A question leads on, and so does a colon before a list.
        leads_on = paragraph.rstrip("\"”’')] ").endswith(("?", ":"))
        last = lowered(said[-1]) if len(said) > 1 and not leads_on else []
        if (
            0 < len(last) < SHORT_WORDS
            and not _SOMEBODY & {*last}
            and not names_a_thing(said[-1], {*names, *STAND_INS})
        ):
            yield passage, said[-1]
