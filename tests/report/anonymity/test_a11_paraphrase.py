"""Promise A11: nobody but its readers ever gets a word of a child's: no page, list or file hands it on."""

from collections.abc import Iterator

import pytest

from kiosk.site import Content
from kiosk.storage.db import now_utc
from tests.every_page import Site
from tests.report.telling import FORM
from tests.sets import repeats
from tests.sites import run_worker_round
from tests.walkers import become

WORDS = "zebrafinch planted words"
STARTS = (
    "/staff/",
    "/staff/incidents/",
    "/staff/incidents/register",
    "/staff/term-pages/",
    "/staff/coverage",
)
OTHERS = ("teacher", "network", "principal", "chair")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[Site]:
    """The demo school, in which a child has just told the coordinator something."""
    made = Site(tmp_path_factory.mktemp("words") / "school", content)
    data = {"nonce": "nonce-for-the-planted-words", "concern": "bullying", "words": WORDS}
    answer = made.browser().post(
        "/report/ks3/en", data=data, content_type=FORM, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 200
    run_worker_round(made.config, made.databases, now_utc())
    yield made
    made.dispose()


def _pages(site: Site, who: str) -> list[str]:
    browser = site.browser()
    become(site, browser, who)
    return [
        visit.answer.text
        for visit in site.walk(browser, who, "", STARTS, most=repeats(2, 6))
        if str(visit.answer.mimetype).startswith("text/")
    ]


@pytest.mark.again
@pytest.mark.parametrize("who", repeats(OTHERS[:2], OTHERS))
def test_no_page_of_who_is_no_reader_holds_a_word_of_the_childs(site: Site, who: str) -> None:
    pages = _pages(site, who)
    assert len(pages) > 5, "the control: there was something to look at"
    assert not [page[:200] for page in pages if WORDS in page]


def test_a_reader_who_opens_it_does_read_the_words(site: Site) -> None:
    browser = site.browser()
    become(site, browser, "coordinator")
    found = ""
    for _ in range(40):
        page = browser.get("/staff/incidents/").text
        if "/staff/incidents/open/" not in page or WORDS in found:
            break
        address = page.split("/staff/incidents/open/", 1)[1].split('"', 1)[0]
        opened = browser.post(f"/staff/incidents/open/{address}", headers={"Sec-Fetch-Site": "same-origin"})
        found += browser.get(opened.headers["Location"]).text
    assert WORDS in found
