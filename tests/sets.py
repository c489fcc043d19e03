"""Which tests run when: quick (a minute), main (`make test`), later (a part of the rest), rest (whole) or all."""

import gc
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import pytest

SETS = ("quick", "main", "later", "rest", "all")
FIRST = (
    "tests/incidents/test_nothing_to_infer.py",
    "tests/browser/",
    "tests/demo/",
    "tests/faults/",
    "tests/report/anonymity/",
    "tests/tools/",
    "tests/upkeep/",
    "tests/test_access.py",
    "tests/test_enumeration.py",
    "tests/test_every_page.py",
)
# Of files full of pages, programs or readings of the whole tree, too, none is quick.
SLOW = (
    *FIRST,
    "tests/server/",
    "tests/test_",
    "tests/accounts/roster/test_oneroster.py",
    "tests/authoring/test_preview.py",
    "tests/cli/test_content.py",
    "tests/host/test_private_memory.py",
    "tests/readers/proposals/test_four_people.py",
    "tests/report/access/test_a_day_without_reports.py",
    "tests/report/form/test_envelopes_that_grow.py",
    "tests/wording/test_translations.py",
)
# Rooms whose triggers, migrations or statements differ with the database, and what is done at the same moment: `make
# test` asks both in full. Of each file elsewhere it asks PostgreSQL one case. In `make later` the other verbs follow:
# what a page reads is asked on both by its verbs.
BOTH_DATABASES = (
    "tests/audit/",
    "tests/host/",
    "tests/mail/",
    "tests/report/access/",
    "tests/report/intake/",
    "tests/sealing/",
    "tests/storage/",
    "tests/upkeep/test_",
    "tests/web/",
)
AT_ONCE = ("at_once", "same_moment", "together", "lock")
BROWSER, FAULTS, BENCH = "tests/browser/", "tests/faults/", "tests/tools/bench/"
MARKED = (BROWSER, FAULTS, BENCH)  # of these only what is marked `main` belongs to `make test`
ALL_TRIALS = os.environ.get("FAULTS") == "full"
LONGEST_FAULT_SECONDS = 3600 if ALL_TRIALS else 600
PAGES = frozenset({"app", "own_app", "kept_apps"})  # fixtures of tests that drive pages
# Of a test that is tried with much, `make later` takes a part, the rest takes all. These are always asked whole.
ALWAYS_WHOLE = (FAULTS, f"{BROWSER}one_view/test_lessons", f"{BROWSER}one_view/test_questions")
PART, FEWEST, MOST = 3, 2, 10  # one in so many cases of a test, but at least, and at most
WALKS = "tests.report.anonymity."  # modules that drive pages through fixtures of their own


Given = TypeVar("Given")
_chosen = {"set": "all"}


def pytest_configure(config: pytest.Config) -> None:
    """Know the set before the tests are read, whose numbers of trials depend on it."""
    _chosen["set"] = config.getoption("--set")


def repeats(main: Given, later: Given) -> Given:
    """How often, or with what, a test tries: `later` in what runs later, and where FAULTS=full asks for it."""
    return later if _chosen["set"] in {"later", "rest"} or ALL_TRIALS else main


def every(step: int) -> int:
    """Of something long that a test walks through, what it looks at: each `step`th in what runs later, else all."""
    return step if _chosen["set"] == "later" else 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """--set: which of the tests that were named are to run."""
    parser.addoption("--set", choices=SETS, default="all", help="; ".join(SETS))


def is_main(item: pytest.Item, seen: Counter[str]) -> bool:
    """Whether a test is one of `make test`: of those in a browser, of faults and of the bench, what is marked `main`.

    `main(3)`: only the first three cases of the test; `seen` counts them. It wins over `later`, by which the PostgreSQL
    case of a page waits.
    """
    mark = item.get_closest_marker("main")
    if mark is None:
        if item.get_closest_marker("later") or item.nodeid.startswith(MARKED):
            return False
        file = item.nodeid.partition("::")[0]
        seen[file] += "postgresql" in item.name
        return "postgresql" not in item.name or seen[file] == 1 or differs_with_database(item)
    name = item.nodeid.partition("[")[0]
    seen[name] += 1
    return not mark.args or seen[name] <= mark.args[0]


def differs_with_database(item: pytest.Item) -> bool:
    """Whether a test is of a room, or of something, that is asked in full on both databases."""
    return item.nodeid.startswith(BOTH_DATABASES) or any(word in item.nodeid for word in AT_ONCE)


def is_page_again(item: pytest.Item) -> bool:
    """Whether a test drives pages on PostgreSQL, as it does on SQLite, and nothing in it differs with the database."""
    if "postgresql" not in item.name or not PAGES & set(getattr(item, "fixturenames", ())):
        return False
    return not item.get_closest_marker("database") and not differs_with_database(item)


def part_of(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Of each test's cases some, the same each time, spread over whatever they are tried with."""
    cases = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    for name, tried in cases.items():
        most = len(tried) if name.startswith(ALWAYS_WHOLE) else min(max(len(tried) // PART, FEWEST), MOST)
        chosen = sorted(tried, key=lambda item: crc32(item.nodeid.encode()))[:most]
        yield from (item for item in tried if item in chosen)


def is_quick(item: pytest.Item) -> bool:
    """Whether a test is one of `make quick`: no page, no PostgreSQL, and nothing that starts a program."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return not (
        item.get_closest_marker("later")
        or item.get_closest_marker("again")
        or PAGES & fixtures
        or "postgresql" in item.name
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read files of which no test belongs to the set: to read all takes half of the minute of the quick."""
    path, chosen = collection_path.relative_to(config.rootpath).as_posix(), config.getoption("--set")
    if chosen == "quick":
        return f"{path}/".startswith(SLOW) or path.startswith(SLOW) or None
    if chosen == "main" and path.startswith(MARKED) and collection_path.name.startswith("test_"):
        return "pytest.mark.main" not in collection_path.read_text(encoding="utf-8") or None
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to another set, and begin with the folders of long tests.

    So no worker is left alone with a long one at the end.
    """
    for item in items:
        if ALL_TRIALS or item.nodeid.startswith(FAULTS):
            item.add_marker(pytest.mark.timeout(LONGEST_FAULT_SECONDS))
    chosen, seen = config.getoption("--set"), Counter[str]()
    if chosen == "quick":
        wanted = [item for item in items if is_quick(item)]
    elif chosen == "all":
        wanted = items
    elif chosen == "main":
        wanted = [item for item in items if is_main(item, seen)]
    else:
        rest = [item for item in items if item.get_closest_marker("again") or not is_main(item, seen)]
        wanted = rest if chosen == "rest" else list(part_of(item for item in rest if not is_page_again(item)))
    config.hook.pytest_deselected(items=list(set(items) - set(wanted)))
    items[:] = sorted(wanted, key=_order)


def pytest_collection_finish() -> None:
    """Let the collector of garbage leave alone what stays until the end: the tests themselves, and all modules."""
    gc.collect()
    gc.freeze()


def _order(item: pytest.Item) -> int:
    return next((number for number, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))
