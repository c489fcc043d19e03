"""Nothing lies about in the templates: every file, macro and import is used, and each stands where its users look."""

import ast
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, nodes
from jinja2.ext import i18n

from kiosk.conduct.reading import PageKind
from kiosk.lessons.known_kinds import KINDS as KINDS_OF_LESSONS
from kiosk.quizzes.known_kinds import KINDS
from kiosk.report.app import TEMPLATES_DIR
from kiosk.report.form.page import STEPS
from tests.tree import ROOT

ENVIRONMENT = Environment(extensions=[i18n], autoescape=True)
SKELETONS = frozenset(
    {
        "pupil.html",
        "staff.html",
        "home.html",
        "report.html",
        "board.html",
        "families/_shell.html",
        "families/hall.html",
    }
)
# These speak when the skeletons, or all of kiosk, may be what broke.
ALONE = frozenset(
    {
        "errors/broken.html",
        "errors/no_school.html",
        "families/broken.html",
        "public/away.html",
        "public/_away.html",
    }
)
# Names that are put together where a page is made: one file a step, a kind of page, a kind of question.
OTHER_STEPS = ("screen", "passage", "scenario")
KINDS_IN_LESSONS = {f"lessons/kinds/{kind}.html" for kind in KINDS_OF_LESSONS if kind != "question"}
KINDS_ON_PAPER = {
    f"oversight/kinds/{kind}.html" for kind in (*KINDS_OF_LESSONS, *OTHER_STEPS) if kind != "question"
}
PUT_TOGETHER = (
    {f"report/_{step}.html" for steps in STEPS.values() for step in steps}
    | {f"conduct/{kind.value}.html" for kind in PageKind}
    | {f"quizzes/kinds/{kind.replace('-', '_')}.html" for kind in KINDS}
    | KINDS_IN_LESSONS
    | KINDS_ON_PAPER
)


@cache
def trees() -> dict[str, nodes.Template]:
    """Every template, parsed once by the first test that asks: not where the tests are only collected."""
    return {
        path.relative_to(TEMPLATES_DIR).as_posix(): ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
        for path in TEMPLATES_DIR.rglob("*.html")
    }


def taken(tree: nodes.Template) -> Iterator[str]:
    """Every template that one extends, includes or imports from, by its name."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if isinstance(node.template, nodes.Const):  # type: ignore[attr-defined]
            yield node.template.value  # type: ignore[attr-defined]


def named_in_python() -> set[str]:
    """Every template that Python names."""
    found: set[str] = set()
    for path in (ROOT / "kiosk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in trees():
                found.add(node.value)
    return found


def drawn_by_python() -> set[tuple[str, str]]:
    """Every macro that Python takes from a template: the template and the macro's name."""
    found: set[tuple[str, str]] = set()
    for path in (ROOT / "kiosk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name("get_template_attribute"),
                    args=[ast.Constant(str(template)), ast.Constant(str(macro))],
                ):
                    found.add((template, macro))
    return found


def called(tree: nodes.Template) -> set[str]:
    """Every name that a template calls."""
    return {one.node.name for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}


def imported(tree: nodes.Template) -> Iterator[tuple[str, str, str]]:
    """What a template takes from others: from where, the macro's name, and what it is called here."""
    for node in tree.find_all(nodes.FromImport):
        if isinstance(node.template, nodes.Const):
            for name in node.names:
                yield node.template.value, *(name if isinstance(name, tuple) else (name, name))


def relatives(tree: nodes.Template) -> Iterator[str]:
    """What a template extends."""
    for node in tree.find_all(nodes.Extends):
        # A step of a lesson may be told by its page in which frame it stands; the one that it names itself counts.
        for one in (node.template, *node.template.find_all(nodes.Const)):
            if isinstance(one, nodes.Const):
                yield one.value


def included(tree: nodes.Template) -> Iterator[str]:
    """What a template includes by its name."""
    for node in tree.find_all(nodes.Include):
        if isinstance(node.template, nodes.Const):
            yield node.template.value


@cache
def parents() -> dict[str, str]:
    """What each template extends, if anything."""
    return {name: next(relatives(tree), "") for name, tree in trees().items()}


def family(name: str, includes: dict[str, set[str]]) -> set[str]:
    """A template with those that extend it and what they include: all of them see what it imports."""
    found = {name}
    while more := {one for one, parent in parents().items() if parent in found} - found:
        found |= more
    while more := {one for member in found for one in includes[member]} - found:
        found |= more
    return found


def test_every_template_is_shown_or_used_by_one_that_is() -> None:
    used = named_in_python() | PUT_TOGETHER | {one for tree in trees().values() for one in taken(tree)}
    assert sorted(set(trees()) - used) == []


def test_every_macro_is_called() -> None:
    unused = []
    taken_from = {(source, macro) for other in trees().values() for source, macro, _ in imported(other)}
    taken_from |= drawn_by_python()
    for name, tree in trees().items():
        asked = called(tree) | {macro for source, macro in taken_from if source == name}
        if name in KINDS_IN_LESSONS:
            asked |= {"main", "onward", "paper"}  # called by whatever page shows the kind
        if name in KINDS_ON_PAPER:
            asked |= {"led", "answers", "sheet"}
        unused += [f"{name}: {macro.name}" for macro in tree.find_all(nodes.Macro) if macro.name not in asked]
    assert unused == []


def test_a_template_calls_or_reads_all_that_it_imports() -> None:
    includes = {name: set(included(tree)) for name, tree in trees().items()}
    read = {
        name: {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
        for name, tree in trees().items()
    }
    unread = []
    for name, tree in trees().items():
        seen = set[str]().union(*(read[member] for member in family(name, includes)))
        unread += [
            f"{name}: {macro} of {source}" for source, macro, here in imported(tree) if here not in seen
        ]
    assert unread == []


def test_every_page_wears_a_skeleton() -> None:
    for name in set(trees()) - ALONE - {"base.html"}:
        if name.startswith(("parts/", "quizzes/kinds/", "lessons/kinds/", "oversight/kinds/")) or (
            "/_" in name and name not in SKELETONS
        ):
            assert not parents()[name], f"{name} is part of a page and extends nothing"
        elif name not in SKELETONS:
            top = name
            while parents()[top] and top not in SKELETONS:
                top = parents()[top]
            assert top in SKELETONS, name
    assert {one for one, parent in parents().items() if parent == "base.html"} == SKELETONS


def test_a_part_of_one_feature_stands_in_its_folder_and_a_shared_one_in_parts() -> None:
    misplaced = []
    takes = {name: set(taken(tree)) for name, tree in trees().items()}
    for name in trees():
        features = {user.partition("/")[0] for user, parts in takes.items() if name in parts}
        if name.startswith("parts/") and len(features) == 1 and not features & {*SKELETONS, "parts"}:
            misplaced.append(f"{name} is used by {features} alone")
        if "/_" in name and name not in SKELETONS and features - {name.partition("/")[0]}:
            misplaced.append(f"{name} is used by {features}")
    assert misplaced == []
