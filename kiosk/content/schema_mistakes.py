"""What does not fit a schema, in plain words: "question q1, option a" in place of a path of keys and numbers."""

from collections.abc import Mapping
from typing import Any

Where = tuple[str | int, ...]

_WANTED = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "date_from_datetime_parsing": "must be a day such as 2027-09-01",
    "date_parsing": "must be a day such as 2027-09-01",
    "string_type": "must be words, not a list or a group of keys",
    "tuple_type": "must be a list: [one, two], or a line for each that begins with a dash",
    "list_type": "must be a list: [one, two], or a line for each that begins with a dash",
    "dict_type": "must have keys: key: words",
    "mapping_type": "must have keys: key: words",
    "model_type": "must have keys: key: words",
    "model_attributes_type": "must have keys: key: words",
    "dataclass_type": "must have keys: key: words",
}


def named(data: Any, where: Where) -> str:
    """What a place is called: entries of a list by their id, else by their number, and keys in quotes."""
    names: list[str] = []
    key = ""
    for step in where:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
            names.append(f"{_one_of(key)} {_id(data) or step + 1}")
            key = ""
        else:
            names += [f'"{key}"'] if key else []
            data = data.get(step) if isinstance(data, dict) else None
            key = step
    return ", ".join([*names, *([f'"{key}"'] if key else [])]) or "this"


def said_in(data: Any, where: Where, message: str) -> str:
    """A message about something inside a place, which is named unless it is the whole file."""
    return f"{named(data, where)}: {message}" if where else message


def what_it_should_be(error: Mapping[str, Any]) -> str:
    """What a value should be, for the kinds of mistake that authors make; else what the schema says."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _WANTED:
        return f" {_WANTED[kind]}"
    match kind:
        case "too_short":
            return f" needs at least {context['min_length']}, and has {context['actual_length']}"
        case "too_long":
            return f" has {context['actual_length']}, {context['max_length']} at most"
        case "greater_than_equal":
            return f" must be {context['ge']} or more"
        case "less_than_equal":
            return f" must be {context['le']} or less"
    return f": {str(error['msg']).removeprefix('Value error, ')}"


def _one_of(key: str) -> str:
    """The word for one entry of a list."""
    word = key.replace("_", " ")
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") or "entry"


def _id(entry: Any) -> str:
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) else ""
