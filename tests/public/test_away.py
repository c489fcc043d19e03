"""The page that a proxy shows while kiosk is away: it stands alone and says nothing untrue (promise U31)."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.bands import Band
from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.public.away import away_page, write_away_page
from kiosk.wording.facts import read_facts


@pytest.fixture(scope="module")
def away() -> str:
    """The page of a school with the languages of kiosk."""
    return away_page(Config(school_name="Hollybank <School>"))


def test_it_asks_for_nothing_else_and_runs_nothing(away: str) -> None:
    asked = re.findall(r"""(?:src|href|action)=["']?([^"'>]*)|url\(([^)]{0,16})""", away)
    assert {link for link, _ in asked if link} == {"/", "tel:08001111", "tel:999"}
    assert {address for _, address in asked if address} == {"data:font/woff2;"}
    assert not re.search(r"<(script|form|img|link|iframe|object)\b|\son\w+=|style=", away)
    (style,) = re.findall(r"<style>(.*?)</style>", away, re.DOTALL)
    (allowed,) = re.findall(r"style-src 'sha256-([^']+)'", away)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() == allowed
    assert "default-src 'none'" in away


def test_it_speaks_every_language_of_the_school_its_own_first_and_english_always(away: str) -> None:
    assert re.findall(r'<section lang="([^"]+)" dir="([^"]+)"', away) == [
        ("en-GB", "ltr"),
        ("ur", "rtl"),
        ("pl", "ltr"),
        ("cy", "ltr"),
        ("ro", "ltr"),
        ("ar", "rtl"),
    ]
    polish = away_page(Config(languages="pl"))
    assert re.findall(r'<(?:html|section) lang="([^"]+)"', polish) == ["pl", "pl", "en-GB"]
    assert "@font-face" not in polish
    assert "Ta strona teraz nie działa" in polish
    assert "Hollybank &lt;School&gt;" in away


def test_it_has_the_numbers_that_every_age_may_see_and_no_other(away: str) -> None:
    lines = read_facts(Config().content_path).helplines.all.values()
    for line in lines:
        if line.number:
            shown = "child" in line.audience and set(line.for_bands) == set(Band)
            assert (f'dir="ltr">{line.number}</a>' in away) == shown, line.id


def test_it_promises_nothing(away: str) -> None:
    english = away.partition('<section lang="en-GB"')[2].partition("</section>")[0]
    assert "it may not have reached us" in english
    assert "Tell a grown-up you trust" in english
    assert not re.search(r"\b(soon|moment|minute|safe|secret|saved|anonymous|will be|we got)\b", english)


def test_a_proxy_may_read_the_file_whatever_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path / "no-school-yet"))
    written = tmp_path / "away.html"
    assert CliRunner().invoke(main, ["content", "away-page", str(written)]).exit_code == 0
    assert written.stat().st_mode & 0o777 == 0o644
    write_away_page(Config(), written)
    assert list(tmp_path.iterdir()) == [written]
