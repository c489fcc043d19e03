"""The pictures as pages ask for them."""

from pathlib import Path

import pytest

from kiosk.config import SettingError
from kiosk.content.pictures import read_pictures
from kiosk.web.pictures import STYLES, Pictures, load_pictures
from tests.tree import ROOT

CONTENT = ROOT / "content"
BUILT = ROOT / "kiosk" / "static" / "built"
KEY_COUNT = 64  # six of them in order, all different, are 35.7 bits (promise C2)
LANGUAGES = ("en", "ur", "pl")


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return load_pictures(BUILT, read_pictures(CONTENT))


def test_there_are_sixty_four_keys_in_an_order_that_stays(pictures: Pictures) -> None:
    assert len(pictures.keys) == len(set(pictures.keys)) == KEY_COUNT
    assert pictures.keys[:3] == ("apple", "banana", "carrot")
    assert pictures.keys[-1] == "candle"


@pytest.mark.parametrize("style", STYLES)
def test_a_picture_is_an_svg_that_a_screen_reader_passes_over(pictures: Pictures, style: str) -> None:
    svg = pictures.svg("apple", style)
    assert svg.startswith('<svg class="pic" viewBox="0 0 72 72" aria-hidden="true" focusable="false"><')
    assert svg.endswith("</svg>")
    assert svg.count("<svg") == 1


@pytest.mark.parametrize("style", STYLES)
def test_no_picture_brings_an_id_a_style_or_a_script(pictures: Pictures, style: str) -> None:
    for name in pictures:
        svg = pictures.svg(name, style)
        assert not [word for word in (" id=", "style", "script", "href", "url(", " on") if word in svg], name


def test_the_two_styles_differ(pictures: Pictures) -> None:
    assert pictures.svg("apple") == pictures.svg("apple", "colour") != pictures.svg("apple", "duo")


def test_a_picture_has_a_name_in_the_reader_s_language_or_in_english(pictures: Pictures) -> None:
    assert pictures.name("apple", "en") == "apple"
    assert pictures.name("apple", "pl") == "jabłko"
    assert pictures.name("apple", "cy") == "apple"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_keys_share_a_name(pictures: Pictures, lang: str) -> None:
    # The way back may be typed as words (promise C2).
    names = [pictures.name(key, lang).casefold() for key in pictures.keys]
    assert sorted(names) == sorted(set(names))


def test_a_picture_that_is_not_listed_is_named(pictures: Pictures) -> None:
    with pytest.raises(KeyError, match=r"There is no picture 'dragon' in pictures\.yml"):
        pictures.svg("dragon")
    with pytest.raises(KeyError, match="dragon"):
        pictures.name("dragon", "en")
    assert "dragon" not in pictures
    assert "apple" in pictures


def test_pictures_not_built_yet_say_how_to_build_them(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="run `make demo`"):
        load_pictures(tmp_path, read_pictures(CONTENT))
