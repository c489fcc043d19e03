"""Requests nobody should send, to every door; and what must be true of every answer."""

import gzip
import html
import re
from random import Random
from typing import Any
from urllib.parse import quote

from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.test import TestResponse

from kiosk.bands import Band
from kiosk.report.access.routes import CONCERNS
from kiosk.report.form.answers import is_nonce
from kiosk.report.models import Report
from tests.faults.fuzz_text import encoded, raw, text
from tests.faults.fuzz_world import World
from tests.report.sent_ids import id_of_sent
from tests.report.telling import as_kept

FORM = "application/x-www-form-urlencoded"
ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
MOST_ANSWER_BYTES = 2 * 1024 * 1024  # 256 KiB of quotation marks, five letters each in HTML, and the page
FIELDS = (
    "concern", "danger", "about", "again", "when", "where", "address", "wish", "exclude", "head", "follow", "feeling",
    "helper", "words", "name", "reply", "nonce", "", "__proto__", "words[]", "lang", "band",
)  # fmt: skip
VALUES = (*CONCERNS, "yes", "no", "unsure", "me", "today", "game", "hurt", "threat", "sad", "teacher", "talk")
TYPES = (
    FORM + "; charset=utf-16", FORM + ";charset=nonsense", FORM.upper(), "text/plain", "application/json", "", "a/b/c",
    "multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=" + "y" * 90, "\x00",
)  # fmt: skip
METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "POST")
KEPT_ON = {403, 413, 422}
TYPED = re.compile(r'<textarea[^>]*name="words"[^>]*>(.*?)</textarea>', re.DOTALL)


def send_report(world: World, chance: Random) -> None:
    """A form full of anything: never a breakdown, never a report lost that was thanked for, never a word lost."""
    band, lang = _band(chance), _lang(chance)
    kind = FORM if chance.random() < 0.93 else chance.choice(TYPES)
    body = _report_body(world, chance)
    origin = ORIGIN if chance.random() < 0.95 else {}
    answer = world.site.post(
        f"/report/{band}/{lang}", data=body, content_type=kind, environ_overrides=dict(origin)
    )
    _check(answer)
    values = _read(body, kind)
    if answer.status_code == 200:
        assert 'id="what-next"' in answer.text, "a 200 that is no thank-you"
        assert not is_nonce(values.get("nonce", "")) or _is_kept(world, band, lang, values), (
            "thanked, not kept"
        )
    if answer.status_code in KEPT_ON and values and band != Band.KS1:
        typed = as_kept(values.get("words", ""))
        found = TYPED.search(answer.text)
        assert found, "the box is gone"
        assert _words(found[1]) == typed, f"typed {typed[:80]!r}, kept {_words(found[1])[:80]!r}"


def look_at_report(world: World, chance: Random) -> None:
    """Any address under /report, by any method, with any header."""
    tail = chance.choice(
        ("", f"{_band(chance)}/{_lang(chance)}", f"choose/{_lang(chance)}", text(chance, 60))
    )
    query = "?" + quote(text(chance, 40)) if chance.random() < 0.1 else ""
    headers = {
        "Accept-Encoding": _header(chance),
        "Origin": _header(chance),
        "Sec-Fetch-Site": _header(chance),
    }
    address = "/report/" + (tail if chance.random() < 0.5 else quote(tail)) + query
    _check(world.site.open(_address(address), method=chance.choice(METHODS), headers=headers))


def try_pictures(world: World, chance: Random) -> None:
    """Pictures in any order and number, and words in their place, at the way back."""
    fields = world.reply_fields or ["code", "picture", "words"]
    known = [*world.pictures, " ".join(world.pictures[:6]), ",".join(world.pictures[:6]).upper()]
    pairs = [
        (chance.choice(fields), chance.choice(known) if chance.random() < 0.6 else text(chance, 90))
        for _ in range(chance.choice((0, 1, 6, 6, 7, 64)))
    ]
    body = encoded(chance, pairs)
    address = f"/report/replies/{_lang(chance)}"
    _check(world.site.post(_address(address), data=body, content_type=FORM, environ_overrides=dict(ORIGIN)))


def join_class(world: World, chance: Random) -> None:
    """Class codes, names and keys of the wrong kind, and cookies that nobody gave out."""
    browser = world.joining
    if chance.random() < 0.1:
        browser.set_cookie("kiosk-learn", quote(text(chance, 90)), path="/learn")
    known = [
        ("code", world.codes),
        ("pupil", world.names),
        ("key", ["apple", "frog", "sun"]),
        ("words", ["a b c"]),
    ]
    field, good = chance.choice(known)
    pairs = [(field, chance.choice([text(chance, 90), *good]))]
    address = {"code": "/learn/", "pupil": "/learn/names"}.get(field, "/learn/key")
    _check(browser.post(address, data=encoded(chance, pairs), content_type=FORM))
    _check(browser.get(chance.choice(("/learn/", "/learn/names", "/learn/key"))))


def answer_quiz(world: World, chance: Random) -> None:
    """Answers that no page offered, to every kind of question."""
    quiz = chance.choice(world.quizzes)
    question = chance.choice(quiz.questions)
    band = next(band for band in Band if quiz.lesson.startswith(band.value))
    pairs = answer_pairs(question, chance)
    address = f"/learn/quizzes/{quiz.id}/{question.id if chance.random() < 0.97 else quote(text(chance, 30))}"
    htmx = {"HX-Request": "true"} if chance.random() < 0.3 else {}
    body = encoded(chance, pairs)
    _check(world.pupils[band].post(_address(address), data=body, content_type=FORM, headers=htmx))


def answer_pairs(question: Any, chance: Random) -> list[tuple[str, str]]:
    """Fields as the page of a question has them, with values of which some are known."""
    parts = [*getattr(question, "options", ()), *getattr(question, "items", ())]
    ids = [part.id for part in parts] or ["a"]
    names = [
        "choice",
        "part",
        "unsure",
        "tries",
        "tried",
        "move",
        *(f"{kind}-{id}" for id in ids for kind in ("item", "place")),
    ]
    known = [*ids, "1", "2", "3", "4", "unsure", "true", "false", "up:" + ids[0], "down:" + ids[-1]]
    many = chance.choice((0, 1, 3, 8, 300 if chance.random() < 0.02 else 5))
    return [
        (chance.choice(names), chance.choice(known) if chance.random() < 0.7 else text(chance))
        for _ in range(many)
    ]


def _report_body(world: World, chance: Random) -> bytes:
    shape = chance.random()
    if shape < 0.02:
        return b"words=" + bytes(
            chance.choice((b"a", b"\x00", b"%F0%9F%99%82", b"&", b"[", b'"'))
        ) * chance.randrange(60_000)
    if shape < 0.03:
        return b"&".join(b"f%d=%d" % (number, number) for number in range(chance.randrange(20_000)))
    if shape < 0.05:
        return raw(chance, bytes(chance.randrange(256) for _ in range(chance.randrange(300))))
    pairs = [("nonce", f"fuzz-{chance.getrandbits(96):024x}" if chance.random() < 0.9 else text(chance, 80))]
    if chance.random() < 0.8:
        pairs.append(("concern", chance.choice(CONCERNS)))
    for _ in range(chance.randrange(9)):
        name = chance.choice(FIELDS) if chance.random() < 0.95 else text(chance, 40)
        value = chance.choice((*VALUES, *world.reader_ids)) if chance.random() < 0.4 else text(chance, 1_600)
        pairs.append((name, value))
    chance.shuffle(pairs)
    return encoded(chance, pairs)


def _read(body: bytes, kind: str) -> MultiDict[str, str]:
    """The form as sent, where it can be read at all."""
    if kind != FORM or len(body) > 256 * 1024:
        return MultiDict()
    environ = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "wsgi.input": _Once(body)}
    return FormDataParser().parse_from_environ(environ)[1]


class _Once:
    """A stream of a body."""

    def __init__(self, body: bytes) -> None:
        self._left = body

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        size = len(self._left) if size < 0 else size
        part, self._left = self._left[:size], self._left[size:]
        return part


def _check(answer: TestResponse) -> None:
    assert answer.status_code < 500, f"answered with {answer.status}"
    assert len(answer.data) <= MOST_ANSWER_BYTES, f"{len(answer.data)} bytes"
    packed = answer.headers.get("Content-Encoding") == "gzip"
    assert b"Traceback" not in (gzip.decompress(answer.data) if packed else answer.data)


def _is_kept(world: World, band: str, lang: str, values: MultiDict[str, str]) -> bool:
    report_id = id_of_sent(world.key, band, lang, values)
    with world.databases.reports.session(write=False) as session:  # where it is, if it was urgent
        merged = session.get(Report, report_id) is not None
    return merged or report_id in world.intake.intake_store.get([report_id])


def _words(shown: str) -> str:
    return html.unescape(shown.removeprefix("\n"))


def _band(chance: Random) -> str:
    return chance.choice([*Band]) if chance.random() < 0.95 else text(chance, 30)


def _lang(chance: Random) -> str:
    return chance.choice(("en", "en", "ur", "pl")) if chance.random() < 0.95 else text(chance, 30)


def _header(chance: Random) -> str:
    return text(chance, 60).encode("latin-1", "ignore").decode("latin-1").translate(_NO_CONTROLS)


def _address(address: str) -> str:
    """As a request line could carry it."""
    return quote(address, safe="/?=&%~:[]@!$'()*+,;.-_").replace("//", "/")


_NO_CONTROLS = dict.fromkeys((*range(32), 127))
