"""What changed, and only that, as readable lines (promise L26)."""

from kiosk.approving.change import Change, changes_between, words_of

BEFORE = b"""---
title: Feed machine
minutes: 20
---

::: screen {#s6}
Most people pay within a day.

Then it is quiet.
:::
"""


def files(text: bytes, **more: bytes) -> dict[str, bytes]:
    return {"lessons/a/lesson.en.md": text} | more


def test_only_the_line_that_changed_is_shown_with_its_place() -> None:
    now = BEFORE.replace(b"Most people pay within a day.", b"Some people pay within an hour.")
    assert changes_between(files(BEFORE), files(now)) == [
        Change("lesson.en.md, s6", "Most people pay within a day.", "Some people pay within an hour.")
    ]


def test_what_is_new_and_what_is_gone_stand_alone_and_blank_lines_are_no_change() -> None:
    now = BEFORE.replace(b"Then it is quiet.\n", b"").replace(
        b"minutes: 20\n", b"minutes: 20\nhelp: [police]\n\n"
    )
    assert changes_between(files(BEFORE), files(now)) == [
        Change("lesson.en.md", "", "help: [police]"),
        Change("lesson.en.md, s6", "Then it is quiet.", ""),
    ]


def test_a_drawing_is_only_named() -> None:
    assert changes_between(
        files(BEFORE, **{"a.svg": b"<svg/>"}), files(BEFORE, **{"a.svg": b"<svg></svg>"})
    ) == [Change("a.svg")]


def test_words_are_lines_without_marks() -> None:
    assert words_of(files(b'- {id: o1, text: "Be kind."}\n\n> Ask.\n', **{"a.svg": b"<svg/>"})) == [
        "text: Be kind.",
        "Ask.",
    ]


def test_a_number_that_begins_a_line_and_the_notes_of_authors_are_told_apart() -> None:
    data = b"# For authors.\ntext:\n  hurt: |-\n    {help:childline} listens.\n"
    assert words_of({"ks2.en.yml": data}) == ["hurt:", "{help:childline} listens."]
