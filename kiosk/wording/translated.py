"""Content files of words, `<name>.<lang>.yml`: the English first, and translations that follow it as it is now."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kiosk.content.language import ENGLISH, is_made_from, language_of, name_problems, structure_differences
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import Source, check, content_hash, read_source
from kiosk.wording.facts import Facts, Filling

F = TypeVar("F", bound=Any)
Compare = Callable[[Source, Source], list[ContentProblem]]


def scan_translated(
    folder: Path,
    model: type[F],
    what: str,
    facts: Facts,
    differences: Compare = structure_differences,
    must_follow: bool = False,
) -> tuple[dict[tuple[str, str], F], list[ContentProblem]]:
    """What could be read, by name and language, a stale translation left out; and every problem of what could not.

    `what`: the key under which a file says its name; `must_follow`: a stale translation is a problem too.
    """
    found: dict[tuple[str, str], F] = {}
    problems: list[ContentProblem] = []
    originals: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yml"), key=lambda path: (language_of(path) != ENGLISH, path)):
        name, lang = path.name.partition(".")[0], language_of(path)
        try:
            source = read_source(path)
            file = check(source, model, Filling(facts, lang))
        except ContentError as error:
            problems += error.problems
            continue
        wrong, original = name_problems(source, what, getattr(file, what), file.lang), originals.get(name)
        fresh = lang == ENGLISH or (original is not None and is_made_from(file.source_hash, original))
        if lang == ENGLISH:
            originals[name] = source
        elif original is not None and fresh:
            wrong += differences(source, original)
        elif original is not None and must_follow:
            message = f"was not made from this {original.path.name}: its source_hash is "
            wrong.append(source.problem(message + content_hash(original.path), "source_hash"))
        elif must_follow:
            wrong.append(source.problem(f"there is no {name}.{ENGLISH}.yml that can be read"))
        problems += wrong
        if fresh and not wrong:  # otherwise the English version is used, or none
            found[name, lang] = file
    return found, problems
