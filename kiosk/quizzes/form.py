"""How a submitted form is read: every value of a name, and whether it says "I'm not sure"."""

from collections.abc import Container, Iterable, Mapping, Sequence

UNSURE = "unsure"
TRIES_BEFORE_HELP = 3

# A form as `request.form`, or any map from a name to one or many values.
Values = Mapping[str, Sequence[str]]


def getlist(values: Values, name: str) -> tuple[str, ...]:
    """Every value that a form sent under a name."""
    getlist = getattr(values, "getlist", None)  # a MultiDict shows only the first by []
    found = getlist(name) if getlist else values.get(name, ())
    return (found,) if isinstance(found, str) else tuple(found)


def tries_in(values: Values) -> int:
    """How many tries were not right so far, according to the form; an invalid value counts as none."""
    said = next(iter(getlist(values, "tries")), "")
    return min(int(said), TRIES_BEFORE_HELP) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def is_unsure(values: Values) -> bool:
    """Whether the form says "I'm not sure", by its own button or among the choices."""
    return any(getlist(values, UNSURE)) or any(UNSURE in getlist(values, name) for name in ("choice", "part"))


def ids_in_form(values: Values, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The ids among `known` that the form sent under a name, in the order of the question."""
    ticked = set(getlist(values, name))
    return tuple(id for id in known if id in ticked)


def first_known(values: Values, name: str, known: Container[str]) -> str:
    """The first value sent under a name that the question knows, else ""."""
    return next((value for value in getlist(values, name) if value in known), "")
