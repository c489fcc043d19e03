"""Joins the stylesheets into two files and copies the scripts, both without comments."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_STRING_COMMENT_OR_SPACE = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(/\*.*?\*/)|(\s+)""", re.DOTALL
)
_SPACE_BESIDE_MARK = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s*([{};,])\s*""")
_LAST_SEMICOLON = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|;+(})""")
_ADDRESS = re.compile(r"""url\((["']?)([^"')?#:]+)\1\)""")


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
