"""Looking at a pupil's pages of the Code, and at what was kept."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.bands import Band
from kiosk.conduct.models import SignOff
from kiosk.storage.db import Databases
from tests.pages import Page
from tests.sites import site_of


def of_band(band: Band) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("band", [band])


def kept(databases: Databases) -> list[SignOff]:
    with databases.school.session(write=False) as reading:
        return list(reading.scalars(select(SignOff)))


def page_of(child: FlaskClient, address: str) -> Page:
    answer = child.get(address)
    assert answer.status_code == 200, address
    return Page(answer.text)


def school_day(app: Flask) -> date:
    return site_of(app).today()
