"""The preview of lessons: walked as a child walks them, read anew when a file changes, on this computer alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.authoring.preview.app import create_preview, preview_config
from kiosk.authoring.preview.site import folder_fingerprint
from kiosk.config import CHECKOUT_CONTENT_DIR, Config
from tests.cli.test_main import data_dir, kiosk, refused
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant, quiz_path
from tests.tree import ROOT

__all__ = ["data_dir"]  # a fixture

LESSON = f"/learn/lessons/{LESSON_ID}"
QUIZ = f"/learn/quizzes/{LESSON_ID}"
CANNOT_BE_READ = 422


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_content(tmp_path / "content")
    made.joinpath("glossary.en.yml").write_text('key: {ks1: "A key opens a lock."}\n', encoding="utf-8")
    return made


@pytest.fixture
def client(folder: Path, data_dir: Path) -> FlaskClient:
    return create_preview(preview_config(8002, folder)).test_client()


@pytest.fixture
def whole(data_dir: Path) -> FlaskClient:
    """The preview of the lessons that are shipped."""
    return create_preview(preview_config(8002, CHECKOUT_CONTENT_DIR)).test_client()


def shown(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == status, (address, answer.text)
    return answer.text


def mark_of(page: str) -> str:
    return page.partition('data-mark="')[2].partition('"')[0]


def has_changed(client: FlaskClient, mark: str) -> bool:
    answer = client.get("/changed", query_string={"since": mark})
    return bool(answer.get_json()["changed"])


def test_the_first_page_lists_every_lesson_with_its_findings_errors_first(
    client: FlaskClient, folder: Path
) -> None:
    line = plant(lesson_path(folder), "Fern asks Badger.", "Fern asks Badger on 0800 1111.")
    page = shown(client, "/")
    row = page.partition(f'<tr id="{LESSON_ID}">')[2].partition("</tr>")[0]
    assert "A box of mine" in row and f'href="{LESSON}/1"' in row
    assert f"lessons/{LESSON_ID}/lesson.en.md, line {line}: " in row
    found = re.findall(r"<li>(?:<b>)?(error|warning)(?:</b>)? \w+, (\S+), line (\d+)", row)
    assert {level for level, _, _ in found} == {"error", "warning"}
    assert found == sorted(found, key=lambda one: (one[0], one[1], int(one[2]))), "errors first, by line"


def test_findings_of_files_that_no_lesson_has_stand_apart(client: FlaskClient, folder: Path) -> None:
    plant(folder / "conduct" / "ks2" / "code.en.md", "These are", "Click here. These are")
    others = shown(client, "/").partition('id="others"')[2].partition("</div>")[0]
    assert "conduct/ks2/code.en.md, line " in others
    assert "lesson.en.md" not in others


def test_a_lesson_is_walked_from_the_start_to_the_end_as_a_child_walks_it(client: FlaskClient) -> None:
    page = shown(client, LESSON)
    assert "I keep my key safe." in page and 'data-band="ks1"' in page and "A key opens a lock." in page
    page = client.post(LESSON, follow_redirects=True).text
    counted = re.search(r"1 of (\d+)", page)
    assert "Fern has a box." in page and counted, "story, questions and goodbye are counted together"
    for screen in range(1, 7):
        answer = client.post(f"{LESSON}/{screen}")
        assert answer.location == f"{LESSON}/{screen + 1}"
        assert f"{screen + 1} of {counted[1]}" in shown(client, answer.location)
    assert client.post(f"{LESSON}/7").location == QUIZ
    assert "What the check says" in shown(client, f"/learn/endings/{LESSON_ID}")
    shown(client, f"{LESSON}/8", 404)
    lost = shown(client, "/learn/lessons/ks1-privacy-nobody", 404)
    assert not has_changed(client, mark_of(lost)), "it does not load itself again and again"
    assert not has_changed(client, mark_of(shown(client, "/nowhere", 404)))


def test_what_was_done_stands_in_the_address(client: FlaskClient) -> None:
    assert "You chose" not in shown(client, f"{LESSON}/6")
    page = shown(client, f"{LESSON}/6?move=ask")
    assert "You chose" in page and "Badger looks with her." in page
    assert "The box is safe." in shown(client, f"{LESSON}/2?way=n1&choose=a")


def test_questions_are_asked_and_answered_and_nothing_is_kept(client: FlaskClient) -> None:
    page = shown(client, f"{QUIZ}/q1")
    assert "Which one do we keep safe?" in page and "My key" in page and "A ball" in page
    answer = client.post(f"{QUIZ}/q1", data={"choice": "a", "tries": "0"})
    assert "A key is for one." in answer.text
    assert "We can share a ball." in client.post(f"{QUIZ}/q1", data={"choice": "b"}).text
    part = client.post(f"{QUIZ}/q1", data={"choice": "b"}, headers={"HX-Request": "true"}).text
    assert "We can share a ball." in part and "<html" not in part
    assert not answer.headers.getlist("Set-Cookie")
    assert 'id="answer"' in shown(client, QUIZ)
    shown(client, f"{QUIZ}/q9", 404)
    shown(client, "/learn/quizzes/none", 404)


def test_a_changed_file_is_shown_and_an_open_page_hears_of_it(client: FlaskClient, folder: Path) -> None:
    before = mark_of(shown(client, f"{LESSON}/1"))
    assert before == folder_fingerprint(folder)
    assert not has_changed(client, before)
    plant(lesson_path(folder), "Fern has a box.", "Fern has a very big box.")
    assert has_changed(client, before)
    page = shown(client, f"{LESSON}/1")
    assert "Fern has a very big box." in page
    assert not has_changed(client, mark_of(page))
    plant(folder / "lessons" / LESSON_ID / "img" / "box.svg", "rect", "circle")
    assert "<circle" in shown(client, f"{LESSON}/3"), "a drawing too"
    after = folder_fingerprint(folder)
    (lesson_path(folder).parent / ".lesson.en.md.swp").write_text("an editor's own", encoding="utf-8")
    assert folder_fingerprint(folder) == after


def test_a_lesson_that_cannot_be_read_says_its_line_and_comes_back(client: FlaskClient, folder: Path) -> None:
    line = plant(lesson_path(folder), "minutes: 16", "minutes: ten")
    page = shown(client, f"{LESSON}/1", CANNOT_BE_READ)
    assert f"lessons/{LESSON_ID}/lesson.en.md, line {line}: " in page
    assert has_changed(client, "") and mark_of(page) == folder_fingerprint(folder)
    assert "Cannot be shown yet" in shown(client, "/")
    plant(lesson_path(folder), "minutes: ten", "minutes: 16")
    assert "Fern has a box." in shown(client, f"{LESSON}/1")


def test_a_quiz_that_cannot_be_read_says_its_line_and_the_lesson_goes_on(
    client: FlaskClient, folder: Path
) -> None:
    line = plant(quiz_path(folder), "objective: o2", "objective: o7")
    page = shown(client, f"{QUIZ}/q1", CANNOT_BE_READ)
    assert f"quizzes/{LESSON_ID}.yml, line {line}: " in page
    assert "Fern has a box." in shown(client, f"{LESSON}/1")
    plant(quiz_path(folder), "objective: o7", "objective: o2")
    assert "Which one do we keep safe?" in shown(client, f"{QUIZ}/q1")


def test_a_file_that_all_lessons_need_is_named_at_the_start_and_later(folder: Path, data_dir: Path) -> None:
    plant(folder / "facts.yml", "game_age", "game age: [")
    client = create_preview(preview_config(8002, folder)).test_client()
    assert "facts.yml, line " in shown(client, "/")
    assert "facts.yml, line " in shown(client, f"{LESSON}/1", CANNOT_BE_READ)
    plant(folder / "facts.yml", "game age: [", "game_age")
    assert "Fern has a box." in shown(client, f"{LESSON}/1")
    (folder / "pictures.yml").unlink()
    assert "pictures.yml, line 1: " in shown(client, f"{LESSON}/1", CANNOT_BE_READ)


def test_a_drawing_that_holds_none_is_said_and_nothing_crashes(client: FlaskClient, folder: Path) -> None:
    (folder / "lessons" / LESSON_ID / "img" / "box.svg").write_text("no drawing", encoding="utf-8")
    assert "box.svg holds no drawing" in shown(client, f"{LESSON}/3", 500)


@pytest.mark.parametrize(
    "host", ["kiosk.example", "192.168.1.7:8002", "127.0.0.1.evil.example", "", "[::1]:8002"]
)
def test_another_name_is_refused(client: FlaskClient, host: str) -> None:
    for address in ("/", f"{LESSON}/1", "/changed", "/static/built/kiosk.css"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 403, address
        assert "Fern" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8002", "localhost:8002", "localhost"])
def test_this_computer_is_let_in_and_another_is_not(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200
    other = client.get("/", headers={"Host": host}, environ_base={"REMOTE_ADDR": "192.168.1.9"})
    assert other.status_code == 403


def test_it_asks_for_nothing_of_a_school(client: FlaskClient, data_dir: Path) -> None:
    for address in ("/", LESSON, f"{LESSON}/6?move=ask", f"{QUIZ}/q3"):
        answer = client.get(address)
        assert not answer.headers.getlist("Set-Cookie")
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.text.count("/preview.js") == 1
        assert "leave-idle" not in answer.text and "/report/" not in answer.text
    assert not data_dir.exists()
    assert "location.replace" in shown(client, "/preview.js")


def test_no_app_of_a_school_has_it() -> None:
    apps = "kiosk.wsgi, kiosk.report.app, kiosk.server.serving, kiosk.demo.running, kiosk.upkeep.worker"
    said = f"import sys, {apps}; print([name for name in sys.modules if 'authoring' in name])"
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.later
def test_every_step_and_question_of_every_lesson_is_shown(whole: FlaskClient) -> None:
    page = shown(whole, "/")
    lessons = page.split('<tr id="')[1:]
    assert len(lessons) > 5
    for row in lessons:
        id = row.partition('"')[0]
        steps = row.count(f"/learn/lessons/{id}/")
        assert steps >= 3
        asked = [f"/learn/quizzes/{id}"] if (ROOT / "content" / "quizzes" / f"{id}.yml").is_file() else []
        for address in (f"/learn/lessons/{id}", f"/learn/lessons/{id}/help", *asked):
            shown(whole, address)
        for step in range(1, steps + 1):
            assert "data-band=" in shown(whole, f"/learn/lessons/{id}/{step}")


def test_the_command_listens_on_this_computer_and_names_the_address(
    folder: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int, int]] = []

    def serve(load: object, host: str, port: int, workers: int) -> None:
        assert callable(load) and load()
        asked.append((host, port, workers))

    monkeypatch.setattr("kiosk.cli.content.serve_application", serve)
    result = kiosk("content", "preview", LESSON_ID, "--port", "8009", "--content", str(folder))
    assert result.exit_code == 0, result.output
    assert f"http://127.0.0.1:8009{LESSON}\n" in result.stdout
    assert asked == [("127.0.0.1", 8009, 1)]
    assert "http://127.0.0.1:8002/\n" in kiosk("content", "preview").stdout


def test_a_lesson_or_folder_that_is_not_there_is_refused_in_one_line(
    folder: Path, data_dir: Path, tmp_path: Path
) -> None:
    line = refused(kiosk("content", "preview", "ks1-nobody", "--content", str(folder)))
    assert line == f"there is no {folder / 'lessons' / 'ks1-nobody'}"
    (tmp_path / "empty").mkdir()
    line = refused(kiosk("content", "preview", "--content", str(tmp_path / "empty")))
    assert line == f"{tmp_path / 'empty'} holds no lessons"


def test_it_takes_nothing_of_the_school_but_its_zone_and_folder(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SCHOOL_NAME", "Hollybank School")
    monkeypatch.setenv("KIOSK_LANGUAGES", "ur,en")
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "https://kiosk.school.example")
    monkeypatch.setenv("KIOSK_TIMEZONE", "Europe/Paris")
    config: Config = preview_config(8002, None)
    assert (config.school_name, config.languages) == ("Preview", "en")
    assert not config.over_https
    assert config.timezone == "Europe/Paris"
