"""Who errs, helps, is hurt and repairs, counted over all lessons: not always boys or girls (promise L21)."""

from collections.abc import Iterator, Sequence

from kiosk.linter.finding import Finding, warning
from kiosk.linter.numbers import Names
from kiosk.linter.sameness.works import Work

MOST_OF_ONE_SEX = 3 / 4
FEWEST_COUNTED = 6  # children in a role; fewer show no habit


def check_roles(works: Sequence[Work], names: Names) -> Iterator[Finding]:
    """Find roles of somebody whom no story may name, and roles that mostly girls or mostly boys have."""
    known = {name.lower() for name in (*names.animals, *names.people)}
    sexes = {"girls": {name.lower() for name in names.girls}, "boys": {name.lower() for name in names.boys}}
    counted: dict[str, list[tuple[str, Work]]] = {}
    for work in works:
        for role, who in (work.page.head.roles if work.page and work.page.head else {}).items():
            assert work.page is not None
            for name in who:
                if name not in known:
                    message = f'roles: "{name}" is not a name of names.yml, such as {sorted(known)[0]}'
                    yield warning(work.lesson_path, work.page.source.line("roles", role), "L21", message)
                counted.setdefault(role, []).append((name, work))
    for part, found in counted.items():
        for sex, those in sexes.items():
            of_sex = [(name, work) for name, work in found if name in those]
            told = sum(name in {*sexes["girls"], *sexes["boys"]} for name, _ in found)
            if told >= FEWEST_COUNTED and len(of_sex) > MOST_OF_ONE_SEX * told:
                name, work = of_sex[-1]
                assert work.page is not None
                message = (
                    f"{len(of_sex)} of {told} who stand under “{part}” in all lessons are {sex}: "
                    f"let somebody else do it here than {name}"
                )
                yield warning(work.lesson_path, work.page.source.line("roles", part), "L21", message)
