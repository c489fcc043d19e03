"""Makes OpenMoji's drawings smaller and recolours them: no ids and no styles, which our pages would refuse."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from xml.etree import ElementTree  # nosec B405  # only files of a pinned, hashed package are read
from xml.sax.saxutils import quoteattr  # nosec B406  # writes, reads nothing

from kiosk.building.numbers import rounded_list, rounded_path, short

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


class DrawingError(Exception):
    """A drawing contains something that this reader does not know; the text says what."""


def small_drawing(svg: str, recolour: Recolour) -> str:
    """The same drawing in other colours, as short as possible without changing its shapes."""
    root = ElementTree.fromstring(svg)  # nosec B314
    if root.get("viewBox") != SIZE:
        raise DrawingError(f"its viewBox is {root.get('viewBox')}, not {SIZE}")
    pieces = list(_pieces(root, {}, recolour))
    return HEAD + "".join(_grouped(pieces)) + "</svg>"


def _pieces(
    node: ElementTree.Element, above: dict[str, str], recolour: Recolour
) -> Iterator[tuple[dict[str, str], str]]:
    """Each visible shape below a node: its paint, and its tag."""
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if "style" in child.attrib or "class" in child.attrib:
            raise DrawingError(f"a <{tag}> has a style")
        attributes = above | {name: child.attrib[name] for name in _INHERITED if name in child.attrib}
        if tag == "g":
            yield from _pieces(child, attributes, recolour)
        elif tag in _SHAPES:
            paint = _paint(attributes, recolour)
            if paint:
                yield paint, _shape(tag, child, attributes.get("transform", ""))
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
        paint["stroke-width"] = short(float(paint.get("stroke-width", "1")), _DIGITS)
    return paint


def _shape(tag: str, node: ElementTree.Element, transform: str) -> str:
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


def _grouped(pieces: list[tuple[dict[str, str], str]]) -> Iterator[str]:
    """Put neighbouring shapes with the same paint into one group; the drawing order stays the same."""
    for paint, group in groupby(pieces, key=lambda piece: piece[0]):
        shapes = [shape for _, shape in group]
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in paint.items())
        if len(shapes) == 1:
            tag = re.match(r"<\w+", shapes[0])
            yield shapes[0].replace(tag[0], tag[0] + attributes, 1) if tag else shapes[0]
        else:
            yield f"<g{attributes}>{''.join(shapes)}</g>"
