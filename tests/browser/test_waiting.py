"""Where too many sign in at once the browser waits; no script is needed, and nothing is typed again (promise G10)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser

from kiosk.accounts.sign_in.hash_slots import HashSlots, Lane
from tests.browser.conftest import TABLET, School, context_at


def teacher_of(school: School) -> dict[str, Any]:
    """Somebody who signs in with a password alone."""
    return next(one for one in school.people["staff"] if not one["totp_secret"])


@contextmanager
def taken(school: School) -> Iterator[None]:
    """Both places in which passwords are checked are taken, by another process than the server."""
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(HashSlots(school.data_dir).slot(Lane.KNOWN))
        yield


@pytest.mark.main
@pytest.mark.parametrize("script", [False, True])
def test_a_page_whose_password_has_to_wait_goes_on_by_itself(
    chromium: Browser, school: School, script: bool
) -> None:
    teacher = teacher_of(school)
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=script)
    page = context.new_page()
    page.goto("/staff/sign-in?next=/staff/classes/")
    page.fill("#email", teacher["email"])
    page.fill("#password", teacher["password"])
    with taken(school), page.expect_request("**/staff/sign-in"):
        page.get_by_role("button", name="Sign in").click(no_wait_after=True)
    page.wait_for_url("**/staff/classes/")
    context.close()
