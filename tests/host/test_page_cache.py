"""Pages kept ready: made once for what they show, and never more of them than there is room for."""

from kiosk.host.page_cache import PageCache


def test_a_page_is_made_once_for_the_same_marks_and_again_for_others() -> None:
    made: list[str] = []

    def make() -> str:
        made.append("a page")
        return f"page {len(made)}"

    ready = PageCache()
    assert [ready.get(("start", "en"), make), ready.get(("start", "en"), make)] == ["page 1", "page 1"]
    assert ready.get(("start", "ur"), make) == "page 2"


def test_the_oldest_page_goes_when_there_are_too_many() -> None:
    ready = PageCache(most=2)
    for name in ("a", "b", "c"):
        ready.get((name,), name.lower)
    assert ready.get(("c",), lambda: "made again") == "c"
    assert ready.get(("a",), lambda: "made again") == "made again"


def test_a_page_that_breaks_is_not_kept() -> None:
    ready = PageCache()

    def broken() -> str:
        raise ValueError

    for _ in range(2):
        try:
            ready.get(("start",), broken)
        except ValueError:
            continue
        raise AssertionError
    assert ready.get(("start",), lambda: "whole") == "whole"
