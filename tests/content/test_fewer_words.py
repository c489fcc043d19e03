"""A file's data in fewer words: `simpler` stands in the place of the words beside it, and of nothing else."""

from typing import Any

import pytest

from kiosk.content.fewer_words import in_fewer_words


@pytest.mark.parametrize("key", ["stem", "label", "text"])
def test_fewer_words_stand_in_the_place_of_those_beside_them(key: str) -> None:
    data = {key: "All of the words.", "simpler": "Words.", "id": "a", "feedback": "It is so."}
    assert in_fewer_words(data) == data | {key: "Words."}


def test_they_are_found_however_deep_and_where_there_are_none_nothing_changes() -> None:
    options = [{"label": "A long label", "simpler": "A label"}, {"label": "Another label"}]
    data: dict[str, Any] = {"questions": [{"stem": "What?", "options": options}]}
    (question,) = in_fewer_words(data)["questions"]
    assert question["stem"] == "What?"
    assert [one["label"] for one in question["options"]] == ["A label", "Another label"]
    assert in_fewer_words({"stem": "What?", "top": ["x"]}) == {"stem": "What?", "top": ["x"]}
