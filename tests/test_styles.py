"""A component is styled in one file, every class has a rule, and no rule is left over from a page that is gone."""

import re
from collections import defaultdict
from collections.abc import Iterator

from kiosk.report.app import TEMPLATES_DIR
from tests.tree import ROOT

STYLES = ROOT / "kiosk" / "static" / "css"
SCRIPTS = ROOT / "kiosk" / "static" / "js"
SHEETS = {
    path.relative_to(STYLES).as_posix(): path.read_text(encoding="utf-8") for path in STYLES.rglob("*.css")
}
TEMPLATES = {
    path.relative_to(TEMPLATES_DIR).as_posix(): path.read_text(encoding="utf-8")
    for path in TEMPLATES_DIR.rglob("*.html")
}
# Another medium restates many components in one place: Windows' own high contrast, a tablet that has to hold all the
# answers of a child, or two languages, one sheet of paper, paper.
MEDIA = frozenset(
    {
        "90-forced-colours.css",
        "94-tablet.css",
        "95-beside.css",
        "families/98-sheet.css",
        "families/99-print.css",
        "99-print.css",
        "staff/99-print.css",
    }
)
BOARD = "65-board.css"  # what hangs on a wall wears the same components, larger
CLASS = re.compile(r"\.([a-z][\w-]*)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ATTRIBUTE = re.compile(r"""class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)\"""", re.DOTALL)
CLASS_BLOCK = re.compile(r"\{% block \w*_class %\}(.*?)\{% endblock %\}", re.DOTALL)
# Arguments of macros that are classes: a kind of table, and where a plate stands in its surroundings.
ARGUMENT = re.compile(r"data_table\([^\n]*kind='([\w -]+)'|'([a-z-]+__[a-z-]+)'")
EXPRESSION = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}", re.DOTALL)
COMPARED = re.compile(r"(?:[=!]= |\bin )(?:'[^']*'|\([^)]*\))|replace\([^)]*\)|'[^']*' not in ")
TEXT = re.compile(r"'([^']*)'")
# Names of what has no look of its own: a body, and two whose parts or neighbours are drawn.
UNSTYLED = frozenset({"message__from", "staff", "tale"})


WORDS = frozenset(
    word
    for source in [*TEMPLATES.values(), *(path.read_text("utf-8") for path in (ROOT / "kiosk").rglob("*.py"))]
    for word in re.findall(r"""['"]([a-z]+)['"]""", source)
)


def selectors(sheet: str) -> Iterator[str]:
    """Every selector of a stylesheet, lists taken apart; none of at-rules."""
    for found in re.finditer(r"([^{};]+)\{", COMMENT.sub("", sheet)):
        listed, depth, start = found[1].strip(), 0, 0
        if listed.startswith("@") or not listed:
            continue
        for place, mark in enumerate(listed):
            depth += (mark in "([") - (mark in ")]")
            if mark == "," and not depth:
                yield listed[start:place].strip()
                start = place + 1
        yield listed[start:].strip()


def component(selector: str) -> str:
    """Whose look a rule gives: the block of the last class that stands in it, but for those in brackets."""
    depth, open_part = 0, ""
    for mark in selector:
        depth -= mark in ")]"
        open_part += mark if not depth else ""
        depth += mark in "(["
    found = CLASS.findall(open_part)
    return re.split("__|--", found[-1])[0] if found else ""


def styled() -> set[str]:
    """Every class that a stylesheet knows."""
    return {name for sheet in SHEETS.values() for one in selectors(sheet) for name in CLASS.findall(one)}


def worn() -> tuple[set[str], set[str]]:
    """Every class that a template, a script or Python puts on something; and how those begin that it puts together."""
    whole: set[str] = set()
    starts: set[str] = set()
    for source in TEMPLATES.values():
        given = [found[1] for found in ATTRIBUTE.finditer(source)] + CLASS_BLOCK.findall(source)
        given += [found[1] or found[2] for found in ARGUMENT.finditer(source)]
        for text in given:
            shown = COMPARED.sub("", text)
            pieces = [
                EXPRESSION.sub(lambda found: " " if "' " in found[0] or "%" in found[0][:2] else "\0", shown)
            ]
            pieces += [said for found in EXPRESSION.finditer(shown) for said in TEXT.findall(found[0])]
            for piece in " ".join(pieces).split():
                start = re.split("\0|%d", piece)[0]
                (whole if start == piece and not piece.endswith("-") else starts).add(start)
    code = "".join(
        path.read_text(encoding="utf-8") for path in [*SCRIPTS.glob("*.js"), *(ROOT / "kiosk").rglob("*.py")]
    )
    whole |= {
        name
        for pair in re.findall(r'\bclass="([\w -]+)"|\bclassName(?: =|:) "([\w -]+)"', code)
        for name in " ".join(pair).split()
    }
    whole |= set(re.findall(r'classList\.\w+\("([\w-]+)"', code))
    return whole, starts - {""}


def put_together(name: str, starts: set[str]) -> bool:
    """Whether a class may be made of such a beginning and words or numbers that stand in templates and code."""
    for start in starts:
        ending = name.removeprefix(start)
        if ending != name and (start.endswith("-") or ending.isdigit()):
            return all(part.isdigit() or part in WORDS for part in ending.split("-"))
    return False


def test_every_rule_of_a_component_stands_in_its_file() -> None:
    files = defaultdict(set)
    for name, sheet in SHEETS.items():
        if name not in {*MEDIA, BOARD}:
            for one in selectors(sheet):
                files[component(one)].add(re.sub(r"^(staff/)?\d+-", "", name))
    del files[""]  # plain elements
    spread = {}
    for block, names in files.items():
        stems = sorted(name.removesuffix(".css") for name in names)
        if any(stem != stems[0] and not stem.startswith(f"{stems[0]}-") for stem in stems):
            spread[block] = stems
    assert spread == {}


def test_a_rule_for_another_medium_stands_inside_its_query() -> None:
    for name in MEDIA:
        outside = re.sub(r"@(media|page)[^{]*\{(?:[^{}]|\{[^{}]*\})*\}", "", COMMENT.sub("", SHEETS[name]))
        assert outside.strip() == "", name


def test_what_a_board_restates_holds_on_a_board_alone() -> None:
    assert [
        one for one in selectors(SHEETS[BOARD]) if not re.match(r"(html)?\[data-board\]|\.board", one)
    ] == []


def test_no_two_stylesheets_of_a_folder_have_one_number() -> None:
    numbers = [name.rpartition("/")[0] + name.rpartition("/")[2].partition("-")[0] for name in SHEETS]
    assert sorted(numbers) == sorted(set(numbers))


def test_every_class_that_is_styled_is_worn_somewhere() -> None:
    whole, starts = worn()
    assert sorted(name for name in styled() - whole if not put_together(name, starts)) == []


def test_every_class_that_is_worn_is_styled() -> None:
    whole, starts = worn()
    known = styled()
    assert sorted(name for name in whole - known - UNSTYLED if re.fullmatch(r"[a-z][\w-]*", name)) == []
    assert sorted(start for start in starts if not any(name.startswith(start) for name in known)) == []


def test_every_kind_of_paper_that_a_rule_asks_for_has_a_size() -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    sized: dict[str, set[str]] = defaultdict(set)
    for path, sheet in SHEETS.items():
        built = path.partition("/")[0] if "/" in path else ""
        asked[built] |= set(re.findall(r"(?<![\w-])page: ([a-z-]+);", sheet))
        sized[built] |= set(re.findall(r"@page ([a-z-]+) ", sheet))
    assert "sheet" in asked["staff"]
    assert {built: more for built, of in asked.items() if (more := of - sized[built] - sized[""])} == {}
