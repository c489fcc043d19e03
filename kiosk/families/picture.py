"""The picture of the pages for families: two people at a table, from content/families/scene.yml."""

from pathlib import Path

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.content.source import check, read_source
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.scene import SceneFile, draw_scene, scene_faults
from kiosk.wording.facts import Facts, Filling

FILE = "families/scene.yml"
AT_THE_TABLE = "52 44 568 232"  # of the scene: faces, and the table's edge


def read_tea_table(content_dir: Path, facts: Facts, cast: Cast) -> Markup:
    """The picture, which says nothing to a screen reader, as the words beside it do; empty where there is no file.

    Raises ContentError with everything that cannot be drawn.
    """
    path = content_dir / FILE
    if not path.is_file():
        return Markup("")
    source = read_source(path)
    file = check(source, SceneFile, Filling(facts))
    if faults := scene_faults(file, cast, Band.KS2):
        raise ContentError([source.problem(fault) for fault in faults])
    return draw_scene("tea-table", file, cast, Band.KS2).cut(AT_THE_TABLE)
