"""Makes OpenMoji's drawings smaller and recolours them: in our colours or two blues, without ids or styles."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from xml.etree import ElementTree  # nosec B405  # only files of a pinned, hashed package are read
from xml.sax.saxutils import quoteattr  # nosec B406  # writes, reads nothing

INK = "#17323a"
WHITE = "#fff"

# OpenMoji colours that are not listed (greens, blues, browns, skin) go well with ours as they are.
_OURS = {
    "#000": INK,
    "#000000": INK,
    "#3f3f3f": "#3f535c",
    "#9b9b9a": "#a0abaf",
    "#d0cfce": "#d8dcde",
    "#fcea2b": "#ffd75e",  # loud yellow -> honey
    "#f1b31c": "#f0b43c",
    "#ea5a47": "#f0806a",  # loud red -> coral
    "#d22f27": "#d95f4b",
    "#e27022": "#e58a4b",
    "#ffffff": WHITE,
    "#b399c8": "#b3a3cc",
    "#8967aa": "#8a78ad",
}

LIGHT, MID = "#c8dcef", "#85add3"
_DARKEST, _LIGHTEST, _USUAL_MIDDLE = 0.06, 0.95, 0.45
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_COMMAND = re.compile(r"[\s,]*([a-zA-Z])")
_NUMBER = re.compile(r"[\s,]*([-+]?(?:\d*\.\d+|\d+\.?)(?:[eE][-+]?\d+)?)")
_FLAG = re.compile(r"[\s,]*([01])")

# The numbers that each path command takes: x is 0, y is 1, a flag of an arc is 2, anything else 3.
_NUMBERED: dict[str, tuple[int, ...]] = {
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
Recolour = Callable[[str], str]

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">'
SIZE = "0 0 72 72"
_DIGITS = 1
_TRANSFORM_DIGITS = 4

_SHAPES: dict[str, tuple[str, ...]] = {
    "path": ("d",),
    "line": ("x1", "y1", "x2", "y2"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "polygon": ("points",),
    "polyline": ("points",),
}
_STROKE = ("stroke-width", "stroke-linecap", "stroke-linejoin")
_PAINT = ("fill", "fill-rule", "stroke", *_STROKE)
_INHERITED = (*_PAINT, "transform")


def in_colour(colour: str) -> str:
    """Our colour in place of one of OpenMoji's."""
    colour = colour.lower()
    return _OURS.get(colour, colour)


def two_tones(svg: str) -> Callable[[str], str]:
    """A function that maps the colours of this drawing to ink, mid blue, light blue and white by lightness."""
    between = {light for light in map(luminance, _COLOUR.findall(svg)) if _DARKEST < light < _LIGHTEST}
    # The border is chosen from this drawing's colours, so that land and sea stay different.
    border = (min(between) + max(between)) / 2 if len(between) > 1 else _USUAL_MIDDLE

    def tone(colour: str) -> str:
        light = luminance(colour)
        if light <= _DARKEST:
            return INK
        if light >= _LIGHTEST:
            return WHITE
        return LIGHT if light >= border else MID

    return tone


def luminance(colour: str) -> float:
    """How light a colour is, 0 to 1 (WCAG's relative luminance)."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def short_number(number: float, digits: int) -> str:
    """A number with at most this many decimals, in the fewest characters: `-.5`, `3`."""
    text = f"{number:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def rounded_list(text: str, digits: int) -> str:
    """The numbers of `points` or of a transform, rounded."""
    return _join([short_number(float(number), digits) for number in _NUMBER.findall(text)])


def rounded_path(text: str, digits: int) -> str:
    """A path with rounded numbers; errors do not add up, as each step starts from the rounded point before it."""
    out = ""
    true, written = [0.0, 0.0], [0.0, 0.0]
    true_start, written_start = true, written
    last = ""
    for command, numbers in _path_commands(text):
        if command in "Zz":
            true, written = list(true_start), list(written_start)
            out += "z"
            last = ""
            continue
        shape, relative = _NUMBERED[command.upper()], command.islower()
        words, point, end = [], list(true), list(written)
        for axis, number in zip(shape, numbers, strict=True):
            if axis > 1:
                words.append(short_number(number, digits))
                continue
            point[axis] = number + true[axis] if relative else number
            word = short_number(point[axis] - written[axis] if relative else point[axis], digits)
            end[axis] = float(word) + written[axis] if relative else float(word)
            words.append(word)
        true, written = point, end
        if command in "Mm":
            true_start, written_start = true, written
        out += _spaced(_join(words)) if command == last and command not in "Mm" else command + _join(words)
        last = command
    return out


def _join(numbers: list[str]) -> str:
    return " ".join(numbers).replace(" -", "-")


def _spaced(text: str) -> str:
    return text if text.startswith("-") else f" {text}"


def _path_commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Each command of a path with its numbers; a letter that was omitted because it repeats is added again."""
    text, place, command = text.strip(), 0, ""
    while place < len(text):
        if found := _COMMAND.match(text, place):
            command, place = found[1], found.end()
        elif command in {"M", "m"}:
            command = "L" if command == "M" else "l"
        numbers = []
        for axis in _NUMBERED.get(command.upper(), ()):
            number = (_FLAG if axis == 2 else _NUMBER).match(text, place)
            if number is None:
                raise ValueError(f"not a path: {text[:60]}")
            numbers.append(float(number[1]))
            place = number.end()
        if not numbers and command not in {"Z", "z"}:
            raise ValueError(f"not a path: {text[:60]}")
        yield command, numbers


class DrawingError(Exception):
    """A drawing contains something that this reader does not know; the text says what."""


def small_drawing(svg: str, recolour: Recolour) -> str:
    """The same drawing in other colours, as short as possible without changing its shapes."""
    root = ElementTree.fromstring(svg)  # nosec B314
    if root.get("viewBox") != SIZE:
        raise DrawingError(f"its viewBox is {root.get('viewBox')}, not {SIZE}")
    pieces = list(_visible_shapes(root, {}, recolour))
    return HEAD + "".join(_group_by_paint(pieces)) + "</svg>"


def _visible_shapes(
    node: ElementTree.Element, above: dict[str, str], recolour: Recolour
) -> Iterator[tuple[dict[str, str], str]]:
    """Each visible shape below a node: its paint, and its tag."""
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if "style" in child.attrib or "class" in child.attrib:
            raise DrawingError(f"a <{tag}> has a style")
        attributes = above | {name: child.attrib[name] for name in _INHERITED if name in child.attrib}
        if tag == "g":
            yield from _visible_shapes(child, attributes, recolour)
        elif tag in _SHAPES:
            paint = _paint(attributes, recolour)
            if paint:
                yield paint, _shape_tag(tag, child, attributes.get("transform", ""))
        else:
            raise DrawingError(f"it has a <{tag}>")


def _paint(attributes: dict[str, str], recolour: Recolour) -> dict[str, str]:
    """The visible paint as attributes in a fixed order; empty if nothing would be visible."""
    fill, stroke = attributes.get("fill", "#000"), attributes.get("stroke", "none")
    if fill == "none" and stroke == "none":
        return {}
    paint = {"fill": fill if fill == "none" else recolour(fill)}
    if fill != "none" and "fill-rule" in attributes:
        paint["fill-rule"] = attributes["fill-rule"]
    if stroke != "none":
        paint["stroke"] = recolour(stroke)
        paint |= {name: attributes[name] for name in _STROKE if name in attributes}
        paint["stroke-width"] = short_number(float(paint.get("stroke-width", "1")), _DIGITS)
    return paint


def _shape_tag(tag: str, node: ElementTree.Element, transform: str) -> str:
    text = f"<{tag}"
    for name in _SHAPES[tag]:
        value = node.get(name)
        if value is None or (value == "0" and name not in {"width", "height", "r"}):
            continue
        text += f' {name}="{rounded_path(value, _DIGITS) if name == "d" else rounded_list(value, _DIGITS)}"'
    if transform:
        text += f" transform={quoteattr(_rounded_transform(transform))}"
    return text + "/>"


def _rounded_transform(text: str) -> str:
    return re.sub(r"\(([^)]*)\)", lambda found: f"({rounded_list(found[1], _TRANSFORM_DIGITS)})", text)


def _group_by_paint(pieces: list[tuple[dict[str, str], str]]) -> Iterator[str]:
    """Put neighbouring shapes with the same paint into one group; the drawing order stays the same."""
    for paint, group in groupby(pieces, key=lambda piece: piece[0]):
        shapes = [shape for _, shape in group]
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in paint.items())
        if len(shapes) == 1:
            tag = re.match(r"<\w+", shapes[0])
            yield shapes[0].replace(tag[0], tag[0] + attributes, 1) if tag else shapes[0]
        else:
            yield f"<g{attributes}>{''.join(shapes)}</g>"
