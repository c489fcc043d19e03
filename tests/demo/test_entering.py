"""Everybody whom demo.json lists can really come in, by what it lists, and by one tap."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.accounts.staff.people import invite_staff
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.demo.school import demo_file
from kiosk.site import Content
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from tests.accounts.doors import new_browser
from tests.demo_school import copied_demo, listed_demo
from tests.factories import at_the_machine
from tests.pages import Page
from tests.sets import repeats
from tests.sites import make_app


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A demo of this file's own."""
    return copied_demo(tmp_path_factory.mktemp("demo") / "demo")


@pytest.fixture(scope="module")
def databases(config: Config) -> Iterator[Databases]:
    """Its databases."""
    stores = open_databases(config)
    yield stores
    stores.dispose()


@pytest.fixture(scope="module")
def app(config: Config, databases: Databases, content: Content) -> Flask:
    """Its school app."""
    return make_app(config, databases)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser on it."""
    return new_browser(app)


def join_class(browser: FlaskClient, listed: dict[str, Any], pupil: dict[str, Any]) -> str:
    """Join as a child does: the code, the name, the key; returns where it leads."""
    browser.post("/learn/", data={"code": listed["code"]})
    tiles = {button.text: button for button in Page(browser.get("/learn/names").text).inputs("pupil")}
    answer = browser.post("/learn/names", data={"pupil": tiles[pupil["name"]].attrs["value"]})
    if isinstance(pupil["key"], str):
        answer = browser.post("/learn/key", data={"words": pupil["key"]})
    if answer.location == "/learn/me":
        answer = browser.post("/learn/me", data={"pupil": tiles[pupil["name"]].attrs["value"]})
    for thing in pupil["key"] if isinstance(pupil["key"], list) else []:
        answer = browser.post("/learn/key", data={"key": thing})
    return answer.headers["Location"]


@pytest.mark.again
@pytest.mark.parametrize("number", range(5))
def test_every_child_comes_in_by_the_code_and_key_that_are_listed(app: Flask, number: int) -> None:
    listed = listed_demo()["classes"][number]
    for pupil in listed["pupils"][: repeats(5, 100)]:
        browser = new_browser(app)
        assert join_class(browser, listed, pupil) == "/learn/lessons/"
        assert browser.get("/learn/lessons/").status_code == 200


def test_another_childs_key_does_not_open_the_door(client: FlaskClient) -> None:
    kestrels = next(one for one in listed_demo()["classes"] if one["band"] == Band.KS2)
    first, second = (pupil for pupil in kestrels["pupils"][:2])
    assert join_class(client, kestrels, first | {"key": second["key"]}) == "/learn/key"
    assert client.get("/learn/lessons/").status_code == 302


@pytest.mark.later
def test_every_adult_signs_in_by_the_password_and_phone_that_are_listed(app: Flask) -> None:
    for one in listed_demo()["staff"]:
        browser = new_browser(app)
        form = {"email": one["email"], "password": one["password"]}
        answer = browser.post("/staff/sign-in", data=form)
        if one["totp_secret"]:
            assert answer.headers["Location"] == "/staff/sign-in/code"
            answer = browser.post("/staff/sign-in/code", data={"code": pyotp.TOTP(one["totp_secret"]).now()})
        assert answer.headers["Location"] == "/staff/", one["email"]
        assert one["name"] in browser.get("/staff/", follow_redirects=True).text


def test_anybody_is_one_tap_away(client: FlaskClient) -> None:
    page = client.get("/demo").text
    adults = re.findall(r"/staff/become/[0-9a-f-]{36}", page)
    children = re.findall(r"/learn/become/[0-9a-f-]{36}", page)
    assert len(adults) == len(listed_demo()["staff"])
    assert len(children) == sum(len(one["pupils"]) for one in listed_demo()["classes"])
    assert client.post(adults[0]).headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200
    assert client.post(children[0]).headers["Location"] == "/learn/lessons/"
    assert client.get("/learn/lessons/").status_code == 200


def test_a_tap_from_another_site_makes_nobody(app: Flask) -> None:
    address = re.findall(r"/staff/become/[0-9a-f-]{36}", app.test_client().get("/demo").text)[0]
    assert app.test_client().post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("missing", ["the setting", "the list", "an invented school"])
def test_unless_everything_says_demo_there_are_no_doors(
    tmp_path: Path, content: Content, missing: str
) -> None:
    config = copied_demo(tmp_path / "demo")
    databases = open_databases(config)
    if missing == "the setting":
        config = config.model_copy(update={"demo": False})
    elif missing == "the list":
        demo_file(config).unlink()
    else:
        with databases.school.write() as session:
            invite_staff(session, at_the_machine(), "Ms Real", "real@school.example")
    browser = new_browser(make_app(config, databases))
    nobody = "00000000-0000-4000-8000-000000000000"
    assert browser.get("/demo").status_code == 404
    assert browser.post(f"/staff/become/{nobody}").status_code == 404
    assert browser.post(f"/learn/become/{nobody}").status_code == 404
    databases.dispose()
