"""A file's data in fewer words: where a part says `simpler`, that stands in the place of its words."""

from typing import Any

SIMPLER = "simpler"  # beside the words that it may stand for; a translation may leave it out
_IN_PLACE_OF = frozenset({"stem", "label", "text"})


def in_fewer_words(data: Any) -> Any:
    """The data of a quiz or a Code with each `simpler` in the place of the words beside it; else the data itself."""
    if isinstance(data, list):
        return [in_fewer_words(one) for one in data]
    if not isinstance(data, dict):
        return data
    said = data.get(SIMPLER)
    return {key: said if said and key in _IN_PLACE_OF else in_fewer_words(one) for key, one in data.items()}
