"""The readers behind the pages, at a rate that no page reaches: forms, scrubber, answers, rosters."""

import io
import json
import re
import warnings
import zipfile
from random import Random
from typing import Any
from wsgiref.headers import Headers

from werkzeug.datastructures import MultiDict

from kiosk.accounts.roster.importing import read_roster
from kiosk.bands import Band
from kiosk.quizzes.attempts import mark_only
from kiosk.quizzes.marking import Unanswered
from kiosk.report.app import KEPT_HEADERS, KEPT_SERVER, scrub_requests
from kiosk.report.form.answers import MOST_EXCLUDED, PERSON_ID, read
from tests.faults.fuzz_http import FIELDS, VALUES, answer_pairs
from tests.faults.fuzz_text import raw, text
from tests.faults.fuzz_world import World

SCHEMES = (
    "http://",
    "https://",
    "HTTP://",
    "hTtPs://",
    " http://",
    "http:// http://",
    "ſhttp://",
    "https:///",
)
OPENS = re.compile(r"\bhttps?://", re.IGNORECASE)
COLUMNS = ("first_name", "last_name", "class", "year", "staff_id", "pupil_id", "colour", "")
CELLS = ("Amira", "Khan", "Kestrels", "5", "R", "Year 10", "staff@school.example", "a b", "O'Neil", "=1+1")
PARTS_OF_ARCHIVE = (
    "users.csv",
    "classes.csv",
    "enrollments.csv",
    "manifest.csv",
    "orgs.csv",
    "../x",
    "users.CSV",
)
ONEROSTER = {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.users,bulk\n",
    "users.csv": "sourcedId,status,enabledUser,givenName,familyName,role,grades\nu1,active,1,Amira,Khan,student,05\n",
    "classes.csv": "sourcedId,title,grades,classType\nc1,Kestrels,05,homeroom\n",
    "enrollments.csv": "sourcedId,classSourcedId,userSourcedId,role\ne1,c1,u1,student\n",
}


def read_form(world: World, chance: Random) -> None:
    """What a form is read into is bounded, speaks only of known choices, and can be sealed as JSON."""
    values: MultiDict[str, str] = MultiDict()
    for _ in range(chance.randrange(12)):
        known = chance.random() < 0.4
        values.add(
            chance.choice(FIELDS), chance.choice((*VALUES, *world.reader_ids)) if known else text(chance, 600)
        )
    if chance.random() < 0.2:
        values.setlist("address", [text(chance, 20) + chance.choice(SCHEMES) + text(chance, 60)])
    answers, errors = read(values, chance.choice([*Band]), "en")
    assert all(PERSON_ID.fullmatch(one) for one in answers.exclude), "also ids that nobody knows (T10)"
    assert len(answers.exclude) <= MOST_EXCLUDED
    assert not OPENS.search(answers.address), answers.address
    body = json.dumps(answers.body(), ensure_ascii=False).encode()
    assert errors or len(body) < 16_000, "a report without errors fits the largest envelope"


def pass_scrubber(world: World, chance: Random) -> None:
    """Whatever a server hands over: only what is listed goes on, and an address is one line."""
    environ: dict[str, Any] = {
        "PATH_INFO": text(chance, 60).encode().decode("latin-1"), "SCRIPT_NAME": "/report", "REQUEST_METHOD": "GET",
    }  # fmt: skip
    for _ in range(chance.randrange(8)):
        environ[chance.choice(("HTTP_", "", "wsgi.", "REMOTE_")) + text(chance, 20).upper()] = text(
            chance, 60
        )
    if chance.random() < 0.3:
        environ["QUERY_STRING"] = text(chance, 40)
    seen: list[dict[str, Any]] = []
    started: list[Any] = []

    def app(clean: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(clean)
        start_response("200 OK", [("Set-Cookie", text(chance, 9)), ("X-Kept", "1")])
        return [b""]

    list(scrub_requests(app)(environ, lambda *given: started.append(given)))  # type: ignore[arg-type]
    status, sent = started[0][0], Headers(started[0][1])
    assert sent["Set-Cookie"] is None
    if environ.get("QUERY_STRING"):
        assert (status[:3], seen) == ("308", [])
        assert str(sent["Location"]).isascii() and str(sent["Location"]).isprintable(), sent["Location"]
        return
    assert set(seen[0]) <= KEPT_HEADERS | KEPT_SERVER | {"QUERY_STRING"}


def mark_answer(world: World, chance: Random) -> None:
    """Any answer is marked, or there is none."""
    question = chance.choice(chance.choice(world.quizzes).questions)
    try:
        outcome = mark_only(question, MultiDict(answer_pairs(question, chance)), chance.randrange(5))
    except Unanswered:
        return
    assert not (outcome.marked.right and outcome.marked.unsure)


def read_pupils(world: World, chance: Random) -> None:
    """A roster is read, or its problems are said with their lines; it never breaks."""
    content = _archive(chance) if chance.random() < 0.15 else _table(chance)
    found = read_roster(content, world.now.date())
    assert found.rows is not None
    for problem in found.problems:
        assert str(problem)


def _table(chance: Random) -> bytes:
    between = chance.choice((",", ";", "\t", ",", "|"))
    head = list(COLUMNS[: chance.randrange(2, 9)])
    if chance.random() < 0.3:
        chance.shuffle(head)
    lines = [between.join(head)]
    for _ in range(chance.randrange(6)):
        cells = [chance.choice(CELLS) if chance.random() < 0.8 else text(chance, 60) for _ in head]
        lines.append(between.join(f'"{cell}"' if chance.random() < 0.2 else cell for cell in cells))
    written = chance.choice(("\n", "\r\n", "\r")).join(lines)
    coding = chance.choice(("utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-8"))
    return raw(chance, written.encode(coding, "replace"), changes=2)


def _archive(chance: Random) -> bytes:
    out = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive,
    ):
        warnings.simplefilter("ignore")  # a name may come twice
        for name, written in ONEROSTER.items():
            if chance.random() < 0.95:
                content = (
                    raw(chance, written.encode(), changes=2) if chance.random() < 0.5 else written.encode()
                )
                archive.writestr(name if chance.random() < 0.97 else chance.choice(PARTS_OF_ARCHIVE), content)
    return raw(chance, out.getvalue(), changes=2) if chance.random() < 0.5 else out.getvalue()
