"""Languages: what a file name says, which way a language runs."""

from pathlib import Path

import pytest

from kiosk.content.language import direction, is_language, language_of, same_language


@pytest.mark.parametrize(
    ("name", "lang"),
    [("lesson.ur.md", "ur"), ("ks1.en.yml", "en"), ("a-quiz.yml", "en"), ("code.zh-Hant.md", "zh-Hant")],
)
def test_a_file_name_says_its_language(name: str, lang: str) -> None:
    assert language_of(Path("folder.pl") / name) == lang


def test_arabic_scripts_run_from_right_to_left() -> None:
    assert {tag: direction(tag) for tag in ("en-GB", "pl", "ur", "ar", "fa", "zh-Hant")} == {
        "en-GB": "ltr", "pl": "ltr", "ur": "rtl", "ar": "rtl", "fa": "rtl", "zh-Hant": "ltr",
    }  # fmt: skip


def test_only_languages_are_languages() -> None:
    assert all(map(is_language, ["en", "en-GB", "zh-Hant", "pa"]))
    assert not any(map(is_language, ["", "no such", "english", "qq-QQ"]))
    assert same_language("en-GB", "en") and not same_language("en-GB", "pl")
