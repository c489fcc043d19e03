"""The databases of a request: nothing is locked while somebody's form is still on its way (promise G11)."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi
from tests.demo_school import copied_demo
from tests.sites import shipped_content
from tools.bench.school import sign_in_pupils, sign_in_readers

pytestmark = pytest.mark.database("sqlite")
FORM = "application/x-www-form-urlencoded"
BODY = b"words=slow&choice=a&password=x&email=a%40b.example"


class FormOnItsWay(BytesIO):
    """A form that arrives slowly: at each read somebody else saves something in every database meanwhile."""

    def __init__(self, body: bytes, databases: Databases) -> None:
        super().__init__(body)
        self._databases = databases
        self.saved_meanwhile = 0

    def read(self, size: int | None = -1) -> bytes:
        """Some of it, after somebody else has saved."""
        for database in (self._databases.school, self._databases.reports, self._databases.sessions):
            with database.rows(write=True) as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS meanwhile (saved INTEGER)")
                connection.exec_driver_sql("INSERT INTO meanwhile VALUES (1)")
        self.saved_meanwhile += 1
        return super().read(min(size or 8, 8) if size != -1 else 8)

    def readinto(self, buffer: Any) -> int:
        """As `read`."""
        some = self.read(len(buffer))
        buffer[: len(some)] = some
        return len(some)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Config, Databases, Client]]:
    """A demo school served in this process."""
    config = copied_demo(tmp_path_factory.mktemp("stores") / "school")
    with closing_databases(config) as databases:
        yield config, databases, Client(create_wsgi(config, databases, shipped_content()), use_cookies=False)


def cookie_for(who: str, config: Config) -> tuple[str, str]:
    """A cookie, and the address of a form of somebody who is signed in with it."""
    if who == "a child":
        (child,) = sign_in_pupils(config, 1, 1)
        assert child.quiz
        return child.cookie, f"/learn/quizzes/{child.quiz.id}/{child.quiz.questions[0].id}"
    (reader,) = sign_in_readers(config, 1)
    return reader.cookie, "/staff/password"


@pytest.mark.parametrize("who", ["a child", "a reader of reports", "nobody, signing in", "a child who tells"])
def test_everybody_else_can_save_while_a_form_is_on_its_way(
    school: tuple[Config, Databases, Client], who: str
) -> None:
    config, databases, site = school
    cookie, path = {
        "nobody, signing in": ("", "/staff/sign-in"),
        "a child who tells": ("", "/report/ks2/en"),
    }.get(who) or cookie_for(who, config)
    form = FormOnItsWay(BODY, databases)
    answer = site.post(
        path,
        input_stream=form,
        content_length=len(BODY),
        content_type=FORM,
        headers={"Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if cookie else {}),
    )
    assert answer.status_code in {200, 422}, answer.status
    assert form.saved_meanwhile > 1
