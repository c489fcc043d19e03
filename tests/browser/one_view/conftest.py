"""What fits into one view is measured in the whole browser."""

import pytest
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def chromium(whole_chromium: Browser) -> Browser:
    """The whole browser: its text is a few pixels narrower than that of its shell, as on a tablet."""
    return whole_chromium
