"""Arms, legs, hands and feet: a limb is one quadratic curve, drawn twice, in ink and in its colour."""

from kiosk.lessons.scenes.cast import Point
from kiosk.lessons.scenes.paint import INK_WIDTH

ANKLE = 5  # how far above its foot a leg ends
_HAND = 8.5


def draw_limb(points: tuple[Point, Point, Point], width: float, colour: str) -> str:
    """A limb from the first point through the second to the third."""
    (ax, ay), (bx, by), (cx, cy) = points
    curve = f"M{ax:g} {ay:g}Q{2 * bx - (ax + cx) / 2:g} {2 * by - (ay + cy) / 2:g} {cx:g} {cy:g}"
    outline = f'<path d="{curve}" stroke-width="{width + 2 * INK_WIDTH:g}"/>'
    return f'<g fill="none">{outline}<path d="{curve}" stroke="{colour}" stroke-width="{width:g}"/></g>'


def draw_hand(at: Point, colour: str, *, points: bool) -> str:
    """A hand, maybe with a finger out to the end side."""
    x, y = at
    finger = draw_limb(((x + 3, y), (x + 9, y - 1.5), (x + 15, y - 3)), 4.5, colour) if points else ""
    return finger + f'<circle cx="{x:g}" cy="{y:g}" r="{_HAND}" fill="{colour}"/>'


def draw_foot(at: Point, colour: str, to: int) -> str:
    """A foot seen from before; `to` is 1 where its toes are to the end side, -1 to the start side, 0 seated."""
    x, y = at
    if not to:
        slant = -14 if x < 0 else 14
        turned = f"rotate({slant} {x:g} {y:g})"
        return f'<ellipse cx="{x:g}" cy="{y:g}" rx="10" ry="13" fill="{colour}" transform="{turned}"/>'
    return f'<path d="M{x - 11 + 3 * to:g} {y + 4:g}q-2-12 9-12h5q9 2 9 12Z" fill="{colour}"/>'
