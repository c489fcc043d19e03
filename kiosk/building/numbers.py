"""Shortens the numbers of SVG shapes without moving the shapes."""

import re
from collections.abc import Iterator

_COMMAND = re.compile(r"[\s,]*([a-zA-Z])")
_NUMBER = re.compile(r"[\s,]*([-+]?(?:\d*\.\d+|\d+\.?)(?:[eE][-+]?\d+)?)")
_FLAG = re.compile(r"[\s,]*([01])")

# The numbers that each path command takes: x is 0, y is 1, a flag of an arc is 2, anything else 3.
_SHAPES: dict[str, tuple[int, ...]] = {
    "M": (0, 1),
    "L": (0, 1),
    "T": (0, 1),
    "H": (0,),
    "V": (1,),
    "S": (0, 1, 0, 1),
    "Q": (0, 1, 0, 1),
    "C": (0, 1, 0, 1, 0, 1),
    "A": (3, 3, 3, 2, 2, 0, 1),
    "Z": (),
}


def short(number: float, digits: int) -> str:
    """A number with at most this many decimals, in the fewest characters: `-.5`, `3`."""
    text = f"{number:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def rounded_list(text: str, digits: int) -> str:
    """The numbers of `points` or of a transform, rounded."""
    return _joined([short(float(number), digits) for number in _NUMBER.findall(text)])


def rounded_path(text: str, digits: int) -> str:
    """A path with rounded numbers; errors do not add up, as each step starts from the rounded point before it."""
    out = ""
    true, written = [0.0, 0.0], [0.0, 0.0]
    true_start, written_start = true, written
    last = ""
    for command, numbers in _commands(text):
        if command in "Zz":
            true, written = list(true_start), list(written_start)
            out += "z"
            last = ""
            continue
        shape, relative = _SHAPES[command.upper()], command.islower()
        words, point, end = [], list(true), list(written)
        for axis, number in zip(shape, numbers, strict=True):
            if axis > 1:
                words.append(short(number, digits))
                continue
            point[axis] = number + true[axis] if relative else number
            word = short(point[axis] - written[axis] if relative else point[axis], digits)
            end[axis] = float(word) + written[axis] if relative else float(word)
            words.append(word)
        true, written = point, end
        if command in "Mm":
            true_start, written_start = true, written
        out += _apart(_joined(words)) if command == last and command not in "Mm" else command + _joined(words)
        last = command
    return out


def _joined(numbers: list[str]) -> str:
    return " ".join(numbers).replace(" -", "-")


def _apart(text: str) -> str:
    return text if text.startswith("-") else f" {text}"


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Each command of a path with its numbers; a letter that was omitted because it repeats is added again."""
    text, place, command = text.strip(), 0, ""
    while place < len(text):
        if found := _COMMAND.match(text, place):
            command, place = found[1], found.end()
        elif command in {"M", "m"}:
            command = "L" if command == "M" else "l"
        numbers = []
        for axis in _SHAPES.get(command.upper(), ()):
            number = (_FLAG if axis == 2 else _NUMBER).match(text, place)
            if number is None:
                raise ValueError(f"not a path: {text[:60]}")
            numbers.append(float(number[1]))
            place = number.end()
        if not numbers and command not in {"Z", "z"}:
            raise ValueError(f"not a path: {text[:60]}")
        yield command, numbers
