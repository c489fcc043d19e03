"""What the pages of duties, of the filter, of training, of access and of a term cost after five years: as many
statements and rows as after one, and less than half as much again as the first page of whoever looks."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.staff.costs import cost_of
from tests.staff.years import PAGES, Years

pytestmark = [
    pytest.mark.database("sqlite"),
    pytest.mark.later,
]  # half a minute and more: five years of lines
MORE_YEARS = 4


def pages_of(years: Years) -> list[str]:
    """Each of these pages once, of the last year where there is one of many."""
    return [
        *(f"/staff/duties/{end}" for end in ("", "users-review", "users-review/write")),
        *(f"/staff/filtering/{end}" for end in ("", "new", "register", "tried", "tried/laptop-school/older")),
        f"/staff/filtering/{years.address.id}",
        *(f"/staff/training/{end}" for end in ("", "everybody", "session", f"people/{years.lead.id}")),
        *(f"/staff/access{end}" for end in ("", "?who=staff", "?who=left", f"/pupil/{years.child.id}")),
        "/staff/officers",
        *("/staff/term-pages/", years.draft, f"{years.draft}/open", years.issued, f"{years.issued}/open"),
        f"/staff/completion/{years.group.id}/pupils/{years.child.id}",
    ]


def test_five_years_cost_what_one_does_and_less_than_half_as_much_again_as_the_first_page(
    app: Flask, session: Session, databases: Databases
) -> None:
    years = Years(app, session)
    years.add()
    browsers = [staff_browser(app, one) for one in (years.head, years.lead, years.network, years.others[0])]
    paths = [
        ["/staff/", *(path for path in pages_of(years) if browser.get(path).status_code == 200)]
        for browser in browsers
    ]
    assert [len(some) for some in paths] == [25, 25, 18, 12]
    asked = [(browser, path) for browser, some in zip(browsers, paths, strict=True) for path in some]
    one = [cost_of(browser, databases, path) for browser, path in asked]
    for _ in range(MORE_YEARS):
        years.add()
    # What tells all that there was of one thing: the list of term pages, and of a child each year's signature.
    told = {"/staff/term-pages/": PAGES, f"/staff/access/pupil/{years.child.id}": 1}
    home = one[0]
    for (browser, path), was in zip(asked, one, strict=True):
        home = was if path == "/staff/" else home
        cost = cost_of(browser, databases, path)
        assert cost.statements <= was.statements and cost.rows <= was.rows + MORE_YEARS * told.get(path, 0), (
            path
        )
        assert cost.statements <= 1.5 * home.statements and cost.rows <= 1.5 * home.rows, path
