"""A school whose content nobody has approved."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.site import Content
from kiosk.start import open_site
from kiosk.storage.db import Databases
from tests.approving.school import Approvers
from tests.kept import KeptApps


@pytest.fixture
def approvers(session: Session, content: Content) -> Approvers:
    """A teacher and a safeguarding lead."""
    return Approvers(session, content.items)


@pytest.fixture
def app(config: Config, databases: Databases, kept_apps: KeptApps, content: Content) -> Flask:
    """The school app as on the first day."""
    return kept_apps.school(open_site(config, databases, content))
