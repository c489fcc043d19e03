"""What the build makes out of packages, and that it makes it again only where something changed."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hatchling.builders.sdist import SdistBuilder

from kiosk.build import build
from kiosk.building import sources
from kiosk.building.folder import BuiltFolder
from kiosk.building.steps import picture_codes, pictures

CHECKOUT = Path(__file__).parent.parent
LEXEND_BYTES, ARABIC_BYTES = 40_000, 80_000


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of only what the build reads, built once."""
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("kiosk/static/css", "kiosk/static/js", "licences"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    (root / "content").mkdir()
    shutil.copy(CHECKOUT / "content/pictures.yml", root / "content")
    po = root / "translations/pl/LC_MESSAGES/messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Next"\nmsgstr "Dalej"\n'
    )
    build(root)
    return root


@pytest.fixture(scope="module")
def built(root: Path) -> Path:
    """The folder of built files."""
    return root / "kiosk/static/built"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_building_again_does_nothing(root: Path, built: Path) -> None:
    before = contents(built)
    assert build(root) == []
    assert contents(built) == before


@pytest.mark.later
def test_building_from_nothing_gives_the_same_bytes(root: Path, built: Path) -> None:
    before = contents(built)
    shutil.rmtree(built)
    build(root)
    assert contents(built) == before


def test_a_changed_stylesheet_is_joined_again_and_nothing_else_is_made(root: Path, built: Path) -> None:
    own = root / "kiosk/static/css/98-test.css"
    own.write_text(".test-only { color: red; }")
    assert build(root) == ["kiosk.css"]
    assert b".test-only{color: red}" in (built / "kiosk.css").read_bytes()
    own.unlink()
    assert build(root) == ["kiosk.css"]
    assert b"test-only" not in (built / "kiosk.css").read_bytes()


def test_a_file_that_nobody_makes_any_more_goes(root: Path, built: Path) -> None:
    left_over = built / "pictures/colour/long-gone.svg"
    left_over.write_text("<svg/>")
    build(root)
    assert not left_over.exists()


def test_a_file_that_went_missing_is_made_again(root: Path, built: Path) -> None:
    (built / "htmx.min.js").unlink()
    assert build(root) == ["htmx"]
    assert (built / "htmx.min.js").is_file()


def test_lexend_is_small_and_has_the_letters_weights_and_licence_we_need(built: Path) -> None:
    content = (built / "lexend.woff2").read_bytes()
    font = TTFont(BytesIO(content))
    assert len(content) <= LEXEND_BYTES
    assert set(map(ord, "aZ09éŵŷŁżığșž“”‘’–—…£€")) <= set(font.getBestCmap())
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [
        ("wght", 400, 650)
    ]
    assert "Open Font License" in font["name"].getDebugName(13)


def test_noto_sans_arabic_is_small_and_writes_urdu(built: Path) -> None:
    content = (built / "noto-sans-arabic.woff2").read_bytes()
    font = TTFont(BytesIO(content))
    assert len(content) <= ARABIC_BYTES
    assert set(map(ord, "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئؤۂۓ۔،؟۰۹")) <= set(font.getBestCmap())
    assert {"init", "medi", "fina"} <= {
        record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord
    }


def test_htmx_is_of_the_second_line(built: Path) -> None:
    assert 'version:"2.0.' in (built / "htmx.min.js").read_text()


def test_the_manifest_names_every_file_with_its_hash(built: Path) -> None:
    manifest: dict[str, str] = json.loads((built / "manifest.json").read_text())
    made = {
        name
        for name in contents(built)
        if not name.endswith(".gz") and not name.startswith((".", "manifest"))
    }
    assert set(manifest) == made
    for name, mark in manifest.items():
        assert hashlib.sha256((built / name).read_bytes()).hexdigest().startswith(mark)


def test_what_can_be_packed_has_a_packed_twin(built: Path) -> None:
    files = contents(built)
    packable = [name for name in files if name.endswith((".css", ".js", ".svg"))]
    assert len(packable) > 100
    for name in packable:
        assert gzip.decompress(files[f"{name}.gz"]) == files[name]


def test_stylesheets_ask_for_fonts_by_their_mark(built: Path) -> None:
    mark = json.loads((built / "manifest.json").read_text())["lexend.woff2"]
    assert f'url("lexend.woff2?v={mark}")' in (built / "kiosk.css").read_text()


def test_the_licence_of_everything_by_others_is_there(built: Path) -> None:
    texts = {path.name: path.read_text() for path in (built / "licences").iterdir()}
    assert "Attribution-ShareAlike 4.0 International" in texts["openmoji-CC-BY-SA-4.0.txt"]
    assert "SIL Open Font License" in texts["lexend-OFL.txt"]
    assert "SIL Open Font License" in texts["noto-sans-arabic-OFL.txt"]
    assert "Zero-Clause BSD" in texts["htmx-0BSD.txt"]


def test_translations_are_compiled(root: Path) -> None:
    assert b"Dalej" in (root / "translations/pl/LC_MESSAGES/messages.mo").read_bytes()


def test_a_missing_package_is_told_in_one_line() -> None:
    with pytest.raises(
        sources.MissingSourceError, match=r"^The package no-such-emoji is missing: run `make setup`\.$"
    ):
        sources.package_file("no_such_emoji", "LICENSE")


def test_a_picture_that_openmoji_does_not_have_is_named(tmp_path: Path) -> None:
    listed = tmp_path / "pictures.yml"
    listed.write_text('unicorn-on-a-bike: {openmoji: "1F6B2-1F984", name: {en: unicorn}, key: no}')
    with pytest.raises(sources.MissingSourceError, match=r"unicorn-on-a-bike .* no 1F6B2-1F984"):
        pictures(BuiltFolder(tmp_path / "built", b""), listed)


def test_every_listed_picture_is_built_in_both_styles(root: Path, built: Path) -> None:
    names = set(picture_codes(root / "content/pictures.yml"))
    for style in ("colour", "duo"):
        assert {path.stem for path in (built / "pictures" / style).glob("*.svg")} == names


def test_the_hook_asks_for_the_same_packages_as_the_build_extra() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    assert project["build-system"]["requires"] == project["project"]["optional-dependencies"]["build"]


def pins(name: str) -> dict[str, str]:
    """Package and version -> its hashes, of one requirements file."""
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text  # a registry's address would tie everybody to one mirror
    return {
        pin.split(maxsplit=1)[0]: hashes
        for pin, hashes in re.findall(r"^(\S.*==.*) \\\n((?: {4}--hash=sha256:.*\n)+)", text, re.MULTILINE)
    }


def test_what_runs_is_pinned_alike_for_running_building_and_testing() -> None:
    run, built, test, postgres = pins("run"), pins("build"), pins("test"), pins("postgres")
    assert len(run) > 20
    assert run.keys() < built.keys() < test.keys()
    drivers = {pin.partition("==")[0] for pin in postgres.keys() - run.keys()}
    assert drivers == {"psycopg", "psycopg-binary"}
    assert run.keys() < postgres.keys() < test.keys()


@pytest.mark.parametrize("name", ["uv", "run", "build", "postgres", "test"])
def test_every_pin_has_a_hash(name: str) -> None:
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pins(name)) == len(named)


def test_a_wheel_holds_content_and_built_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    assert {
        "kiosk/_content/pictures.yml",
        "kiosk/static/built/kiosk.css",
        "kiosk/static/built/licences/lexend-OFL.txt",
        "kiosk/templates/base.html",
        "kiosk/py.typed",
    } <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"kiosk"}


def test_the_source_holds_the_tools_of_those_who_build_kiosk() -> None:
    recurse = SdistBuilder(str(CHECKOUT)).recurse_included_files()
    assert {"tools/bench/__main__.py", "kiosk/cli/main.py"} <= {one.distribution_path for one in recurse}
