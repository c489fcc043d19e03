"""Asks an advisory source (OSV) for known vulnerabilities of every pinned library: part of `make check`.

Ends with 1 where one is known and not accepted in requirements/accepted.toml, or where an entry there is without a
reason or past its date. Where the source cannot be reached it says "not checked" and ends with 0. ADVISORIES_URL
names another source that speaks OSV's protocol.
"""

import json
import os
import subprocess
import sys
import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parent.parent / "requirements"
ACCEPTED = Path(os.environ.get("ADVISORIES_ACCEPTED", REQUIREMENTS / "accepted.toml"))
PINNED = ("test", "postgres", "uv")  # what is built with and what runs is among what is tested
SOURCE = os.environ.get("ADVISORIES_URL", "https://api.osv.dev/v1/query")
REACHED_SECONDS = 3
WHOLE_SECONDS = 90
LONGEST_ACCEPTED = timedelta(days=90)
SHORTEST_REASON = 20  # letters: what makes it harmless here, in a sentence


class NotChecked(Exception):
    """Nothing can be said today, and why."""


@dataclass(frozen=True)
class Accepted:
    """A vulnerability that somebody looked at and found harmless here, for a while."""

    id: str
    reason: str
    until: date


def read_accepted(path: Path) -> list[Accepted]:
    """The accepted vulnerabilities; KeyError, TypeError or ValueError if an entry is not complete."""
    if not path.is_file():
        return []
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", [])
    found = [Accepted(one["id"], one["reason"], one["until"]) for one in entries]
    for one in found:
        if not isinstance(one.until, date):
            raise ValueError(f"{one.id}: `until` is a date, like 2026-12-24")
        if len(one.reason) < SHORTEST_REASON:
            raise ValueError(f"{one.id}: say in a sentence why it is harmless here")
    return found


def wrong_dates(accepted: list[Accepted], today: date) -> Iterator[str]:
    """What is past its date, or accepted for so long that nobody would look again."""
    for one in accepted:
        if one.until < today:
            yield f"{one.id}: accepted until {one.until}, look at it again"
        elif one.until > today + LONGEST_ACCEPTED:
            yield f"{one.id}: accepted until {one.until}, {LONGEST_ACCEPTED.days} days are the most"


def reach(source: str) -> None:
    """Return if the source answers at all; raises NotChecked within a few seconds, also where names hang."""
    answered: list[str] = []
    thread = threading.Thread(target=_knock, args=(source, answered), daemon=True)
    thread.start()
    thread.join(REACHED_SECONDS + 1)
    if answered != [""]:
        raise NotChecked(f"the advisory source cannot be reached ({(answered or ['no answer in time'])[0]})")


def _knock(source: str, answered: list[str]) -> None:
    try:
        urllib.request.urlopen(source, timeout=REACHED_SECONDS).close()
        answered.append("")
    except urllib.error.HTTPError as error:
        error.close()
        answered.append("")  # it is there, and would rather be sent something
    except (OSError, ValueError) as error:
        answered.append(str(getattr(error, "reason", error)))


def known(source: str) -> list[dict[str, Any]]:
    """Every pinned library with its known vulnerabilities; raises NotChecked."""
    asked = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    asked += ["--progress-spinner", "off", "--timeout", str(REACHED_SECONDS)]
    asked += ["--vulnerability-service", "osv", "--osv-url", source]
    for name in PINNED:
        asked += ["--requirement", str(REQUIREMENTS / f"{name}.txt")]
    try:
        ran = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=WHOLE_SECONDS)
        libraries: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        raise NotChecked(f"the advisory source took more than {WHOLE_SECONDS} seconds") from None
    except (ValueError, KeyError):
        last = (ran.stderr.strip().splitlines() or ["no answer"])[-1]
        raise NotChecked(f"the advisory source broke off ({last[:120]})") from None
    return libraries


def open_findings(libraries: list[dict[str, Any]], accepted: list[Accepted]) -> Iterator[str]:
    """A line for each vulnerability that nobody accepted."""
    fine = {one.id for one in accepted}
    for library in libraries:
        for found in library.get("vulns", []):
            if not fine & {found["id"], *found["aliases"]}:
                fixed = ", ".join(found["fix_versions"]) or "no version yet"
                yield f"{library['name']} {library['version']}: {found['id']}, fixed in {fixed}"


def main() -> int:
    """The exit code: 0 where nothing is known, or nothing can be said."""
    try:
        accepted = read_accepted(ACCEPTED)
    except (KeyError, TypeError, ValueError) as error:
        print(f"{ACCEPTED.name}: {error}")
        return 1
    wrong = list(wrong_dates(accepted, date.today()))  # noqa: DTZ011 - a day of whoever works here
    try:
        reach(SOURCE)
        libraries = known(SOURCE)
    except NotChecked as reason:
        print(*wrong, f"not checked: {reason}", sep="\n")
        return bool(wrong)
    wrong += open_findings(libraries, accepted)
    print(*wrong, f"{len(libraries)} libraries looked up, {len(wrong)} things to do", sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
