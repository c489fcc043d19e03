"""Pages of voices: recording, sending back, approving, and what reaches a child's tablet (promises HV1, HV3, HV4)."""

import json
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.approving.approval import HEARD, NOT_READ, READS
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.lessons.step import Screen
from kiosk.voices.files import MOST_BYTES, files_in
from kiosk.voices.models import Sound
from tests.accounts.doors import staff_browser
from tests.lessons.learner import browser_of, make_learner
from tests.pages import Page
from tests.sites import site_of
from tests.voices.school import LESSON, OGG, WEBM, Voices

pytestmark = pytest.mark.database("sqlite")  # pages; the verbs have tests of their own on both

RECORD = f"/staff/voices/{LESSON}/en"
APPROVE = f"/staff/approve/voices/{LESSON}.en"
SCREEN = "s1"
TICKED = {"looked": [NOT_READ, READS, HEARD], "say": "yes", "part": "read"}


@pytest.fixture
def reader(app: Flask, voices: Voices) -> FlaskClient:
    """The browser of who reads."""
    return staff_browser(app, voices.reader)


@pytest.fixture
def hearer(app: Flask, voices: Voices) -> FlaskClient:
    """The browser of who listens."""
    return staff_browser(app, voices.hearer)


@pytest.fixture
def child(app: Flask, session: Session, voices: Voices) -> FlaskClient:
    """The browser of a pupil to whom the lesson is open."""
    return browser_of(app, make_learner(session, voices.content.lessons, Band.KS2))


def upload(browser: FlaskClient, line: str, data: bytes = WEBM, name: str = "line", **more: str) -> int:
    """Send a recording as the page does; returns the status."""
    fields = {"line": line, "reader": "teacher", "tenths": "20"} | more
    parts = [f'name="{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items()]
    parts.append(f'name="recording"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n")
    body = b"".join(b"--edge\r\nContent-Disposition: form-data; " + part for part in parts) + b"--edge--\r\n"
    return browser.post(RECORD, data=body, content_type="multipart/form-data; boundary=edge").status_code


def place_of(voices: Voices) -> str:
    """The address of the screen whose lines are read."""
    steps = voices.content.lessons[LESSON].steps
    place = next(here for here, step in enumerate(steps, 1) if step.id == SCREEN)
    assert isinstance(steps[place - 1], Screen)
    return f"/learn/lessons/{LESSON}/{place}"


def addresses(page: str) -> list[str]:
    """The recordings that a page plays."""
    held = page.partition('data-lines="')[2].partition('"')[0]
    return [address for _, address in json.loads(unescape(held))] if held else []


def test_from_recording_to_a_childs_ears(
    reader: FlaskClient, hearer: FlaskClient, child: FlaskClient, voices: Voices
) -> None:
    assert "microphone=(self)" in reader.get(RECORD).headers["Permissions-Policy"]
    for place, line in enumerate(voices.lines_of(SCREEN)):
        assert upload(reader, line.digest, WEBM + bytes([place])) == 303
    kept = voices.kept
    page = child.get(place_of(voices))
    assert addresses(page.text) == []
    assert "<audio" not in page.text
    for row in kept.values():
        assert child.get(f"/learn/voices/{LESSON}/en/{row.file}").status_code == 404
    assert reader.get(APPROVE).status_code == 200
    assert 'name="say" value="yes"' not in reader.get(APPROVE).text
    digest = Page(hearer.get(APPROVE).text).value("digest")
    assert hearer.post(APPROVE, data=TICKED | {"digest": digest}).status_code == 303
    page = child.get(place_of(voices))
    found = addresses(page.text)
    assert len(found) == len(voices.lines_of(SCREEN))
    assert page.text.count("<audio controls") <= len(found)
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert "microphone=()" in page.headers["Permissions-Policy"]
    sound = child.get(found[0])
    assert sound.status_code == 200
    assert sound.mimetype == Sound.WEBM
    assert sound.headers["Cache-Control"] == "private, max-age=3600"
    assert sound.headers["X-Content-Type-Options"] == "nosniff"
    assert sound.data.startswith(WEBM)
    part = child.get(found[0], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, WEBM[:4])


def test_one_line_less_and_the_page_is_the_tablets(
    reader: FlaskClient, child: FlaskClient, voices: Voices
) -> None:
    first, *rest = voices.lines_of(SCREEN)
    voices.read(first, *rest)
    voices.approve()
    found = addresses(child.get(place_of(voices)).text)
    assert found
    assert reader.post(f"{RECORD}/back", data={"line": first.digest}).status_code == 303
    assert addresses(child.get(place_of(voices)).text) == []
    assert [child.get(address).status_code for address in found].count(404) == 1
    assert len(list(files_in(voices.config))) == len(rest)


def test_a_line_is_sent_back_with_a_reason_and_asks_to_be_read_again(
    reader: FlaskClient, hearer: FlaskClient, voices: Voices
) -> None:
    line = voices.lines_of(SCREEN)[0]
    voices.read(line)
    back = {"line": line.digest, "say": "again", "from": "approving"}
    assert hearer.post(f"{RECORD}/back", data=back | {"why": " "}).status_code == 422
    answer = hearer.post(f"{RECORD}/back", data=back | {"why": "A <b>door</b> bangs."})
    assert answer.headers["Location"] == APPROVE
    page = reader.get(f"{RECORD}?line={line.digest}").text
    assert "A &lt;b&gt;door&lt;/b&gt; bangs." in page
    assert list(files_in(voices.config)) == []
    assert upload(reader, line.digest, OGG) == 303
    assert "bangs" not in reader.get(f"{RECORD}?line={line.digest}").text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!doctype html><script>alert(1)</script>" + bytes(400), "line.webm"),
        (b"", "line"),
        (WEBM + bytes(MOST_BYTES), "line"),
        (b"\x7fELF" + bytes(400), "../../site.key"),
    ],
)
def test_no_other_file_is_kept(reader: FlaskClient, voices: Voices, data: bytes, name: str) -> None:
    line = voices.script.lines[0].digest
    assert upload(reader, line, data, name) == 422
    assert list(files_in(voices.config)) == []


def test_a_path_in_a_name_leads_nowhere(reader: FlaskClient, voices: Voices, config: Config) -> None:
    assert upload(reader, voices.script.lines[0].digest, WEBM, "../../../site.key") == 303
    assert {path.name for path in config.file("voices").iterdir()} == set(files_in(config))
    for file in ("..%2F..%2Fsite.key", "site.key", "0" * 64):
        assert reader.get(f"{RECORD}/{file}").status_code == 404


def test_what_the_page_does_not_offer_is_refused(reader: FlaskClient, voices: Voices) -> None:
    line = voices.script.lines[0].digest
    assert upload(reader, "0" * 64) == 422
    assert upload(reader, line, reader="pupil") == 422
    assert upload(reader, line, tenths="99999") == 422
    assert upload(reader, line, bytes(3 * MOST_BYTES)) == 413
    for address in (
        f"/staff/voices/{LESSON}/ur-x",
        "/staff/voices/no-lesson/en",
        f"/staff/voices/{LESSON}/cy",
    ):
        assert reader.get(address).status_code == 404


def test_who_recorded_does_not_approve_and_no_pupil_records(
    reader: FlaskClient, child: FlaskClient, voices: Voices
) -> None:
    voices.read(*voices.lines_of(SCREEN))
    sent = TICKED | {"digest": voices.item.digest}
    assert reader.post(APPROVE, data=sent).status_code == 422
    assert "Read for the children" not in child.get(RECORD).text
    assert upload(child, voices.script.lines[0].digest) in (302, 303, 401, 403)
    file = next(files_in(voices.config))
    assert child.get(f"{RECORD}/{file}").status_code in (302, 303, 401, 403)


def test_an_approved_recording_is_for_the_lesson_and_language_of_the_page(
    child: FlaskClient, app: Flask, voices: Voices
) -> None:
    voices.read(*voices.lines_of(SCREEN))
    voices.approve()
    file = addresses(child.get(place_of(voices)).text)[0].rpartition("/")[2]
    for address in (
        f"/learn/voices/{LESSON}/pl/{file}",
        f"/learn/voices/ks2-information-is-it-true/en/{file}",
    ):
        assert child.get(address).status_code == 404
    stranger = app.test_client()
    assert stranger.get(f"/learn/voices/{LESSON}/en/{file}").status_code in (302, 303, 401, 403)
    assert site_of(app).in_use.voices


def test_the_script_has_every_line_with_its_number_and_a_mark(reader: FlaskClient, voices: Voices) -> None:
    page = unescape(reader.get(f"{RECORD}/script").text)
    assert f'<li value="{voices.script.lines[-1].number}">' in page
    assert voices.script.mark in page
    assert "0 of" in reader.get("/staff/voices").text
