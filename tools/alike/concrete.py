"""Concrete words: a lesson needs things that no other lesson has, or it is a leaflet (promise L21)."""

from collections.abc import Iterator, Sequence

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.things import things_in
from kiosk.linter.sameness.wording import lower_words, paragraphs, place
from kiosk.linter.sameness.works import Work

IN_100_WORDS = 3


def check_concrete_words(works: Sequence[Work]) -> Iterator[Finding]:
    """Find lessons with fewer than three things of their own in 100 words; it names a lesson that has the others."""
    lessons = [work for work in works if work.page]
    things = {work.id: _things(work) for work in lessons}
    for work in lessons:
        count = sum(len(lower_words(text)) for text in _texts(work))
        elsewhere = {found for other in lessons if other is not work for found in things[other.id]}
        own = [found for found in things[work.id] if found not in elsewhere]
        if len(own) * 100 >= IN_100_WORDS * count:
            continue
        listed = ", ".join(sorted(set(own))) or "none"
        message = (
            f"{len(own)} words for things that no other lesson has in {count} words ({listed}); "
            f"{IN_100_WORDS} in 100 make a lesson concrete{_shared_most(work, lessons, things)}"
        )
        yield warning(work.lesson_path, 1, "L21", message)


def _shared_most(work: Work, lessons: Sequence[Work], things: dict[str, list[str]]) -> str:
    """The lesson that has most of the same things, and which they are."""
    shared = {
        other.id: (sorted(set(things[work.id]) & set(things[other.id])), other)
        for other in lessons
        if other is not work
    }
    found, other = max(shared.values(), key=lambda one: len(one[0]), default=([], work))
    if not found:
        return ""
    return f"; {place(other.lesson_path, 1)} has {', '.join(found)} too"


def _things(work: Work) -> list[str]:
    return [found for text in _texts(work) for found in things_in(text)]


def _texts(work: Work) -> list[str]:
    return [paragraph for passage in work.running for paragraph in paragraphs(passage)]
