"""Draws a place at any width: sky or wall, far things, things and floor behind the figures, and what is in front."""

from collections.abc import Iterable

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.scenes.cast import Cast, Piece
from kiosk.lessons.scenes.figure import DAYLIGHT, svg_image
from kiosk.lessons.scenes.paint import INK, fill_colours, quieten_colours

HEIGHT, FLOOR = 360, 318  # of every place, and where figures stand in it
LAMPLIGHT = "#fff6d8"  # what a screen shows at night
_DRAWN_WIDE = 100  # parts that are stretched are drawn so wide
_OVER = 10  # surfaces go over the edge of the picture by so much


def screen_light(cast: Cast, name: str) -> str:
    """The colour of a screen in a place."""
    return LAMPLIGHT if cast.places[name].night else DAYLIGHT


def draw_place(cast: Cast, name: str, width: int) -> tuple[str, str]:
    """What lies behind the figures of a place that is so wide, and what lies before them."""
    place, screen = cast.places[name], screen_light(cast, name)
    return _draw_pieces(cast, place.behind, width, screen), _draw_pieces(cast, place.front, width, screen)


def empty_place(cast: Cast, name: str, width: int, band: Band) -> Markup:
    """A place without anybody in it as a picture that says nothing to a screen reader."""
    inside = quieten_colours("".join(draw_place(cast, name, width)), band)
    return svg_image(inside, f"0 0 {width} {HEIGHT}", "")


def _draw_pieces(cast: Cast, pieces: Iterable[Piece], width: int, screen: str) -> str:
    return "".join(_draw_piece(cast, piece, width, screen) for piece in pieces)


def _draw_piece(cast: Cast, piece: Piece, width: int, screen: str) -> str:
    if not piece.part:
        stroke = f' stroke="{INK}"' if piece.edge else ' stroke="none"'
        across, down = width + 2 * _OVER, HEIGHT + _OVER - piece.y
        return f'<path d="M{-_OVER} {piece.y:g}h{across}v{down:g}h{-across}Z" fill="{piece.colour}"{stroke}/>'
    colours = {"colour": piece.colour} if piece.colour else {}
    drawing = fill_colours(cast.part(piece.part), screen=screen, **colours)
    if piece.wide:
        stretch = (width + 2 * _OVER) / _DRAWN_WIDE
        return (
            f'<g transform="translate({-_OVER} {piece.y:g}) scale({stretch:g} {piece.size:g})">{drawing}</g>'
        )
    size = f" scale({piece.size:g})" if piece.size != 1 else ""
    return "".join(
        f'<g transform="translate({x:.0f} {y:.0f}){size}">{drawing}</g>' for x, y in _spots(piece, width)
    )


def _spots(piece: Piece, width: int) -> list[tuple[float, float]]:
    if not piece.every:
        return [(piece.at * width, piece.y)]
    count = max(int(width // piece.every), 1)
    return [((number + 0.5) / count * width, piece.y) for number in range(count)]
