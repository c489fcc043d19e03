"""The shape of the code: layers, sizes, names, and nothing unfinished or of others in it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.tree import ROOT, files, python, read

MOST_LINES = 400
WRITTEN_BY_HAND = (".py", ".css", ".js", ".html", ".mako", ".sh", ".toml")
# Names that say nothing of what a thing does: a drawer into which everything falls sooner or later.
DRAWERS = frozenset({"util", "utils", "helpers", "common", "manager", "managers", "service", "services"})
FOUND_BY_FOLDER = frozenset({"migrations", "kinds"})  # what stands there is used without being named
# Words of a private language: a stranger has to guess what they mean (CONTRIBUTING, "Plain English").
PRIVATE_WORDS = re.compile(
    r"\b(the own|untold|oddit(y|ies)|amiss|mend(s|ed|ing)?|canar(y|ies)|rehearsals?|"
    r"is told of|whoever left|as it stands|stands? for nothing)\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|raise NotImplemented" + "Error|(?i:lorem " + "ipsum)|X" + "XX")
# What the build takes out of packages, or what a tool wrote that knows an index's address.
MADE_OR_OF_OTHERS = re.compile(
    r"\.(woff2?|ttf|otf|eot|mo|pyc|whl|gz|zip|png|jpe?g|gif|ico|map)$|htmx[^/]*\.js$|openmoji|\.min\.|(^|/)node_modules/"
    r"|(^|/)(uv\.lock|pylock.*\.toml|poetry\.lock|package-lock\.json)$"
)
PICTURES_OF_OURS = re.compile(r"^(docs/|README)[^ ]*\.png$")
PIN = re.compile(r"^[A-Za-z0-9][\w.-]*(\[[\w,-]+\])?==\S+( ; [^\\]+)? \\$")
PINS = tuple(f"requirements/{name}.txt" for name in ("run", "build", "postgres", "test", "uv"))


def words_of(name: str) -> set[str]:
    """The words in a name: class_groups and ClassGroups alike are class and groups."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def top(tree: ast.Module) -> list[ast.stmt]:
    """What stands in a module besides its docstring."""
    return tree.body[1:] if ast.get_docstring(tree) else tree.body


def test_imports_go_downwards_only_and_the_report_zone_reaches_no_person() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in ran.stdout
    assert {"layers", "tools-apart", "report-apart", "flask-at-the-edge", "tables"} <= {
        one["id"] for one in contracts
    }


def test_no_file_that_people_write_has_more_than_400_lines() -> None:
    written = [name for name in files() if name.endswith(WRITTEN_BY_HAND)]
    assert len(written) > 200, "the search finds our files"
    long = {name: lines for name in written if (lines := read(name).count("\n")) > MOST_LINES}
    assert long == {}


def test_every_package_says_in_one_docstring_what_it_is_and_holds_nothing_else() -> None:
    inits = {name: tree for name, tree in python("kiosk", "tools") if name.endswith("__init__.py")}
    assert len(inits) > 15
    for name, tree in inits.items():
        said = ast.get_docstring(tree) or ""
        assert said, f"{name} says nothing"
        assert "\n" not in said, f"{name}: more than one line"
        assert top(tree) == [], f"{name} does something when it is imported"


def test_every_module_and_every_function_that_others_call_has_a_docstring() -> None:
    for name, tree in python("kiosk", "tools"):
        if "/versions/" in name:
            continue
        assert ast.get_docstring(tree), f"{name} says nothing"
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name}:{node.lineno} {node.name}"


def test_nothing_is_imported_inside_a_function() -> None:
    for name, tree in python("kiosk", "tools", "tests", "scripts"):
        if not re.search(r"^[ \t]+(?:from|import) ", read(name), re.MULTILINE):
            continue
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                late = [
                    one.lineno for one in ast.walk(function) if isinstance(one, ast.Import | ast.ImportFrom)
                ]
                assert late == [], f"{name}:{late}"


def test_no_name_is_a_drawer() -> None:
    for name in files():
        if name.startswith(("kiosk/", "tools/", "tests/", "scripts/")):
            for part in Path(name).with_suffix("").parts:
                assert not words_of(part) & DRAWERS, name
    for name, tree in python("kiosk", "tools", "tests", "scripts"):
        for node in ast.walk(tree):
            sentence = isinstance(node, ast.FunctionDef) and node.name.startswith(
                "test_"
            )  # it may well speak of a network manager
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not sentence:
                assert not words_of(node.name) & DRAWERS, f"{name}:{node.lineno} {node.name}"


def test_the_schema_has_one_way_in_and_that_is_a_migration() -> None:
    for name, tree in python("kiosk"):
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not called & {"create_" + "all", "drop_" + "all"}, name


def test_nothing_is_marked_as_unfinished() -> None:
    for name in files():
        if (
            name.endswith((*WRITTEN_BY_HAND, ".md", ".yml", ".yaml", ".svg"))
        ) and name != "tests/test_architecture.py":
            for number, line in enumerate(read(name).splitlines(), 1):
                assert not UNFINISHED.search(line), f"{name}:{number}: {line.strip()}"


def test_the_code_keeps_to_words_that_a_stranger_understands() -> None:
    ours = [name for name in files() if name.startswith(("kiosk/", "tools/")) and name.endswith(".py")]
    assert len(ours) > 200, "the search finds our files"
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in ours
        for number, line in enumerate(read(name).replace("_", " ").splitlines(), 1)
        if PRIVATE_WORDS.search(line)
    ]
    assert found == []


def test_no_test_waits_for_a_time() -> None:
    # What waits for another process looks again in tests/serving.py; kills and mails come at a moment of chance.
    may = {"tests/serving.py": 1, "tests/faults/test_kill.py": 1, "tests/faults/test_kill_direct.py": 1}
    may |= {f"tests/faults/kill_{name}.py": 1 for name in ("tellers", "mailer", "merging")}
    may |= {"tests/storage/planted.py": 1}
    may["tests/faults/one_beat.py"] = 2  # children who send at any moment of a beat, or of ten seconds
    may["tests/browser/test_sending_in_place.py"] = 1  # no event says that a page is not shown
    # Two children tell seconds apart by the real clock, and the clock of files goes on in steps.
    may |= {"tests/report/anonymity/moments.py": 1, "tests/report/anonymity/test_a04_times_of_files.py": 3}
    found: dict[str, int] = {}
    for name, tree in python("tests"):
        called = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if waits := sum(one == "time.sleep" or one.endswith(".wait_for_timeout") for one in called):
            found[name] = waits
    assert found == may


def test_a_test_is_pinned_to_one_database_by_the_marker_alone() -> None:
    found, markers = [], 0
    for name, tree in python("tests"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "backend":
                found.append(name)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.parametrize":
                assert ast.unparse(node.args[0]) != "'backend'", f"{name}:{node.lineno}"
            markers += isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.database"
    assert found == ["tests/conftest.py"]
    assert markers > 40, "the search finds the markers"


def defined(node: ast.stmt) -> list[str]:
    """The names that a statement of a module defines; not what a decorator or the build hook hands to others."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        found_by_others = node.decorator_list and isinstance(node, ast.FunctionDef)
        return [] if found_by_others or node.name == "StaticFilesHook" else [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def does_nothing(function: ast.FunctionDef) -> bool:
    """Whether a function's body is `...` or `pass`, with or without a docstring."""
    body = [
        one
        for one in function.body
        if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]
    return all(isinstance(one, ast.Pass) for one in body)


def test_no_function_does_nothing() -> None:
    for name, tree in python("kiosk"):
        shapes = {  # what a Protocol only describes
            function
            for kind in ast.walk(tree)
            if isinstance(kind, ast.ClassDef) and "Protocol" in {ast.unparse(base) for base in kind.bases}
            for function in kind.body
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node not in shapes:
                # A body of its docstring alone is a rule in one line: "Nothing."
                assert ast.get_docstring(node) or not does_nothing(node), f"{name}:{node.lineno} {node.name}"


def test_nothing_stands_in_kiosk_that_kiosk_never_names() -> None:
    ours = [name for name in files() if name.startswith("kiosk/") and name.endswith((".py", ".html"))]
    named = Counter(word for name in ours for word in re.findall(r"\w+", read(name)))
    unnamed = [
        f"{name}:{node.lineno} {word}"
        for name, tree in python("kiosk")
        if not FOUND_BY_FOLDER & set(Path(name).parts)
        for node in tree.body
        for word in defined(node)
        if named[word] == 1
    ]
    assert unnamed == [], "used by tests alone, or by nobody"


@pytest.mark.parametrize("name", PINS)
def test_every_package_is_pinned_by_hash_and_no_index_is_named(name: str) -> None:
    lines = [line for line in read(name).splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert not [line for line in lines if "://" in line or "index" in line.split()[0]]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" "):
            assert PIN.match(line), f"{name}: {line}"
            assert following.strip().startswith("--hash=sha256:"), f"{name}: {line} has no hash"


def test_what_a_school_runs_is_among_what_is_tested() -> None:
    def pins(name: str) -> set[str]:
        return {
            line.split(" ")[0] for line in read(name).splitlines() if "==" in line and line[0] not in " #"
        }

    assert pins("requirements/run.txt") <= pins("requirements/test.txt")


def test_nothing_of_others_and_nothing_built_is_in_git() -> None:
    foreign = [
        name for name in files() if MADE_OR_OF_OTHERS.search(name) and not PICTURES_OF_OURS.match(name)
    ]
    assert foreign == []
    drawings = [name for name in files() if name.endswith(".svg")]
    ours = ("content/lessons/", "content/cast/")
    assert all(name.startswith(ours) and ("/img/" in name or "/cast/" in name) for name in drawings), drawings


def test_an_app_holds_nothing_of_a_school_but_the_registry_in_which_it_looks_hosts_up() -> None:
    """One pair of apps is to serve many schools: whatever is a school's own belongs to the request."""
    makers = {name: read(name) for name in ("kiosk/app.py", "kiosk/report/app.py")}
    log_of_errors = 'ERROR_LOG = "kiosk.error_log"'  # an app's own: what it said a minute ago
    for name, tree in python("kiosk"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"extensions", "config"}:
                owner = ast.unparse(node.value)
                if owner in {"app", "current_app"}:
                    said = "kiosk/site.py" if node.attr == "extensions" else "MAX_CONTENT_LENGTH"
                    if node.attr == "extensions" and log_of_errors in read(name):
                        continue
                    assert name == said or said in makers.get(name, ""), (
                        f"{name}:{node.lineno} {ast.unparse(node)}"
                    )
