"""Codes of promises: what docs/promises.md says of each, where one is cited, and which documents a text names."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from tests.tree import files, read

PAGE = "docs/promises.md"
CODE = r"[A-Z]{1,2}[1-9][0-9]?"
_JOINED = re.compile(rf"({CODE}) to ({CODE})")
_CITED = re.compile(rf"(?:[Pp]romises? |policy: )({CODE}(?:(?:, and |, | and | to ){CODE})*)")
_WHOLE = re.compile(CODE)
_PAPER = re.compile(r"\bA[45] (?:sheet|paper)")
_DOCUMENT = re.compile(r"(?<![\w./*{}<>-])[\w-][\w./-]*\.md\b")
_COMMENTS = {
    ".html": re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL),
    ".sh": re.compile(r"(?m)^\s*#.*"),
    ".toml": re.compile(r"(?m)#.*"),
    ".yml": re.compile(r"(?m)(?:^|\s)#.*"),
    ".md": re.compile(r".+", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One row of the page: a code, the sentence, and the tests that hold it."""

    code: str
    sentence: str
    tests: tuple[str, ...]


def promises(page: str) -> list[Promise]:
    """The rows of the page's tables, in their order."""
    rows = re.findall(rf"(?m)^\| ({CODE}) \| ([^|]+) \| ([^|]+) \|$", page)
    return [
        Promise(code, sentence.strip(), tuple(re.findall(r"`([^`]+)`", tests)))
        for code, sentence, tests in rows
    ]


def families(page: str) -> list[str]:
    """The letters of the page's headings, in their order."""
    return re.findall(r"(?m)^## ([A-Z]{1,2}): \w", page)


def cited(text: str) -> set[str]:
    """The codes after the word "promise" (or "policy:", in a Code of Conduct); "promises C1 to C3" are three."""
    found: set[str] = set()
    for (listed,) in (match.groups() for match in _CITED.finditer(text)):
        found.update(re.findall(CODE, listed))
        for first, last in _JOINED.findall(listed):
            letters = first.rstrip("0123456789")
            numbers = range(int(first[len(letters) :]), int(last[len(letters) :]) + 1)
            found.update(f"{letters}{number}" for number in numbers)
    return found


@cache
def comments(name: str, text: str) -> str:
    """What a file says to people who read it: comments and docstrings; of a page, all of it."""
    if not name.endswith(".py"):
        pattern = _COMMENTS.get(PurePosixPath(name).suffix)
        return "\n".join(match[0] for match in pattern.finditer(text)) if pattern else ""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    told = [token.string for token in tokens if token.type == tokenize.COMMENT]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            told.append(ast.get_docstring(node) or "")
    return "\n".join(told)


def unnamed(said: str, letters: list[str]) -> list[str]:
    """What looks like a code of ours in a comment without the word "promise" before it."""
    rest = _PAPER.sub("", _CITED.sub("", said))
    return [code for code in re.findall(rf"\b{CODE}\b", rest) if code.rstrip("0123456789") in letters]


@cache
def reported(text: str) -> frozenset[str]:
    """The codes that a module hands on as words of their own, as the content check does with its findings."""
    words = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return frozenset(word for word in words if isinstance(word, str) and _WHOLE.fullmatch(word))


def missing_documents(name: str, said: str, known: frozenset[str]) -> list[str]:
    """The documents that a text of the file names and nobody can open: from the root, or from the page's folder."""
    folder = PurePosixPath(name).parent
    return [
        document
        for document in _DOCUMENT.findall(said)
        if PurePosixPath(document).stem.count(".") == 0  # lesson.en.md: content, in every school another one
        and document not in known
        and not (name.endswith(".md") and str(folder / document) in known)
    ]


def faults_of_test(test: str) -> list[str]:
    """What is wrong with a test that the page names as `path` or `path::name`."""
    path, _, function = test.partition("::")
    if path not in files() or not PurePosixPath(path).name.startswith("test_"):
        return [f"there is no {path}"]
    defined = {node.name for node in ast.parse(read(path)).body if isinstance(node, ast.FunctionDef)}
    if function and function not in defined:
        return [f"{path} has no {function}"]
    return [] if any(one.startswith("test_") for one in defined) else [f"{path} tests nothing"]
