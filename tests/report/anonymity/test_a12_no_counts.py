"""Promise A12: only its readers can tell whether a report came: no page of others changes by a byte, no mail goes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.host.clock import CLOCK
from kiosk.site import Content
from kiosk.storage.db import now_utc
from tests.every_page import Site
from tests.mail_server import MailServer
from tests.report.telling import FORM
from tests.sets import repeats
from tests.sites import run_worker_round
from tests.walkers import STAFF, become

SEVEN = 7
MOST = repeats(2, 6)  # pages of a kind
# Named parts of a page that change from one look to the next, whatever children tell.
ONCE = re.compile(
    r'name="once" value="[^"]*"|value="[^"]*" name="once"'
    r'|<div class="note[^>]*><b>(?:This is list 1|The same as you saw last)(?:(?!</div>).)*'  # seen for the first time
)
STARTS = (
    "/staff/",
    "/staff/incidents/",
    "/staff/people/",
    "/staff/roles",
    "/staff/term-pages/",
    "/staff/coverage",
)
# Its own sessions and lines of the log, which each sign-in of this test adds to; and a secret made for each look.
ONES_OWN = {"/staff/password", "/staff/phone", "/staff/log"}
OTHERS = ("teacher", "network")
TICKED = "dsl"  # whose role would read what is told: it is the tick alone that keeps it from this person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[Site]:
    """The demo school, which has reports already; its clock stands still, as pages tell when they were last checked."""
    made = Site(tmp_path_factory.mktemp("counts") / "school", content)
    with patch.object(CLOCK, "now", return_value=now_utc()):
        yield made
    made.dispose()


def _pages(site: Site, who: str) -> dict[str, str]:
    """Every page of one member of staff, by address, with its status."""
    browser = site.browser()
    become(site, browser, who)
    found = {}
    for visit in site.walk(browser, who, "", STARTS, most=MOST):
        if visit.address.startswith("/staff") and visit.address.partition("?")[0] not in ONES_OWN:
            said = visit.answer.text if str(visit.answer.mimetype).startswith("text/") else ""
            found[visit.address] = f"{visit.answer.status} {ONCE.sub('', said)}"
    return found


def _tell(site: Site, exclude: str = "", concern: str = "bullying") -> None:
    browser = site.browser()
    for number in range(SEVEN):
        data = {
            "nonce": f"nonce-for-{concern}-{exclude[:8]}-{number}",
            "concern": concern,
            "exclude": exclude,
        }
        answer = browser.post(
            "/report/ks3/en", data=data, content_type=FORM, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.status_code == 200
    run_worker_round(site.config, site.databases, now_utc())


def _id_of(site: Site, who: str) -> str:
    (name,) = [one["name"] for one in site.listed["staff"] if one["email"].startswith(f"{STAFF[who]}@")]
    page = site.browser().get("/report/ks3/en").text
    (found,) = re.findall(
        rf'name="exclude"[^>]*value="([0-9a-f]{{32}})"[^>]*>(?:(?!</label>).)*?{name}', page, re.S
    )
    return str(found)


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(
        address for address in before.keys() | after.keys() if before.get(address) != after.get(address)
    )


@pytest.mark.again
def test_seven_reports_change_no_byte_for_a_teacher_the_network_and_whoever_was_ticked(site: Site) -> None:
    everybody = (*repeats(OTHERS[:1], OTHERS), TICKED)
    run_worker_round(site.config, site.databases, now_utc())
    _pages(site, TICKED)  # a case says from now on that they have read it
    before = {who: _pages(site, who) for who in everybody}
    assert all(len(pages) > 5 for pages in before.values()), "the control: there was something to look at"
    _tell(site, exclude=_id_of(site, TICKED))
    for who in everybody:
        assert _changed(before[who], _pages(site, who)) == [], who


@pytest.mark.later
def test_seven_reports_that_somebody_may_read_change_the_pages_of_that_reader(site: Site) -> None:
    """The control: the walk would see a count."""
    before = _pages(site, TICKED)
    _tell(site, concern="stranger")
    assert "/staff/incidents/" in _changed(before, _pages(site, TICKED))


def test_no_mail_goes_to_whoever_may_not_read(site: Site, tmp_path: Path) -> None:
    server = MailServer()
    config = site.config.model_copy(update={"smtp_url": server.url})
    moment = now_utc() + timedelta(minutes=1)
    for _ in range(2):  # what the day itself has to say has left by then, in the round after it was found too
        run_worker_round(config, site.databases, moment)
    server.postbox.mails.clear()
    _tell(site, exclude=_id_of(site, TICKED), concern="scam")
    run_worker_round(config, site.databases, moment)
    server.stop()
    receivers = {address.partition("@")[0] for address in server.postbox.receivers}
    assert receivers, "the control: somebody was told"
    assert not receivers & {STAFF[who] for who in (*OTHERS, TICKED)}
