"""Shape: lessons of one band whose blocks follow each other in nearly the same order (promise L21)."""

from collections.abc import Iterator, Sequence

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work

FEWEST_EDITS = 3
_NO_STEPS = {"scene", "talk", "adult"}  # a picture, and what is for teachers


def check_shapes(works: Sequence[Work]) -> Iterator[Finding]:
    """Find two lessons of a band that are fewer than three edits apart; it stands at the later one."""
    for index, work in enumerate(works):
        for earlier in works[:index]:
            if earlier.band != work.band or not (work.page and earlier.page):
                continue
            if work.page.head and work.page.head.years == (0,):
                continue  # a sitting for early years is too short
            apart = _edits(_steps(work), _steps(earlier))
            if apart < FEWEST_EDITS:
                message = (
                    f"the blocks come in nearly the order of {place(earlier.lesson_path, 1)}, "
                    f"{apart} changes apart, {FEWEST_EDITS} at least: {_written(_steps(work))}"
                )
                yield warning(work.lesson_path, 1, "L21", message)


def _steps(work: Work) -> list[str]:
    return [block.name for block in work.blocks if block.name not in _NO_STEPS]


def _edits(one: Sequence[str], other: Sequence[str]) -> int:
    """How many steps must be added, taken away or exchanged to get from one to the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for index, name in enumerate(one, 1):
        before, row[0] = row[0], index
        for column, wanted in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (name != wanted)),
            )
    return row[-1]


def _written(steps: Sequence[str]) -> str:
    """The steps, with each row of the same ones once: recall, screen (5), scenario."""
    rows: list[tuple[str, int]] = []
    for name in steps:
        if rows and rows[-1][0] == name:
            rows[-1] = (name, rows[-1][1] + 1)
        else:
            rows.append((name, 1))
    return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in rows)
