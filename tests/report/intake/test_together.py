"""Group commit: what waits is committed together, and nobody is told of more than is durable."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from kiosk.report.intake.store import GroupCommit
from tests.serving import PATIENCE_SECONDS, wait_until

MANY = 40


@dataclass
class Store:
    """Notes what is committed together; the first commit waits until it is let go."""

    commits: list[list[str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    error: BaseException | None = None
    first: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def commit(self, items: Sequence[str]) -> None:
        """Take all of them or none."""
        if not self.first.is_set():
            self.first.set()
            assert self.go.wait(PATIENCE_SECONDS)
        if self.error:
            raise self.error
        if self.refused & set(items):
            raise OSError("refused")
        self.commits.append(list(items))

    @property
    def kept(self) -> list[str]:
        """Everything that is durable."""
        return sorted(item for commit in self.commits for item in commit)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def ready(store: Store) -> Store:
    """A store whose first commit waits for nothing."""
    store.go.set()
    return store


def do_all(committer: GroupCommit[str], store: Store, items: list[str]) -> dict[str, bool]:
    """Each item from a thread of its own; the first commit goes on once all of them wait."""
    answers: dict[str, bool] = {}

    def one(item: str) -> None:
        answers[item] = committer.submit(item)

    threads = [threading.Thread(target=one, args=(item,)) for item in items]
    threads[0].start()
    assert store.first.wait(PATIENCE_SECONDS)
    for thread in threads[1:]:
        thread.start()
    wait_until(lambda: len(committer._waiting) == len(items) - 1, lambda: "all the others wait")
    store.go.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return answers


def test_what_is_done_is_durable_when_it_is_said(ready: Store) -> None:
    assert GroupCommit(ready.commit).submit("one")
    assert ready.kept == ["one"]


def test_forty_at_once_take_few_commits(store: Store) -> None:
    items = [f"{number:02}" for number in range(MANY)]
    assert do_all(GroupCommit(store.commit), store, items) == dict.fromkeys(items, True)
    assert store.kept == items
    assert len(store.commits) == 2


def test_one_that_is_refused_takes_no_other_down_with_it(store: Store) -> None:
    store.refused = {"bad"}
    items = ["first", "bad", *(f"good {number}" for number in range(9))]
    assert do_all(GroupCommit(store.commit), store, items) == {item: item != "bad" for item in items}
    assert store.kept == sorted(set(items) - {"bad"})


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError(), SystemExit()])
def test_whatever_goes_wrong_nobody_is_left_waiting_and_the_next_one_is_kept(
    store: Store, error: BaseException
) -> None:
    committer = GroupCommit(store.commit)
    store.error = error
    assert do_all(committer, store, ["one", "two", "three"]) == dict.fromkeys(["one", "two", "three"], False)
    store.error = None
    assert committer.submit("four")
    assert store.kept == ["four"]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_was_forked_after_the_first_item_commits_by_itself(ready: Store) -> None:
    committer = GroupCommit(ready.commit)
    assert committer.submit("first")
    child = os.fork()
    if child == 0:  # nothing of the tests may go on here
        code = 1
        try:
            code = 0 if committer.submit("of child") else 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert committer.submit("of parent")
