"""Walks of the office and whom it is there for: slips from home, the tablet at reception, the screen in the hall."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

from kiosk.storage.db import now_utc
from tests.every_page import Site, Visit
from tests.walkers import become

OFFICE = "office"
SIGNED = {"name": "Jo Marsh", "organisation": "Northgate Lifts", "visiting": "Mr Novak", "agree": "yes"}


def of_slips(site: Site) -> Iterator[Visit]:
    """A slip on a phone, looked at, sent back and ended; and the office's lists, letters, texts and cards."""
    phone, who = site.browser(), "family"
    for slip in site.listed["slips"]:
        yield site.visit(phone, who, slip["child"], slip["address"])
    for slip in site.listed["slips"][:1]:
        yield site.visit(phone, who, slip["child"], slip["address"], "POST")
        for lang in ("en", "ur", "pl"):
            yield site.visit(phone, who, slip["child"], f"{slip['address']}?lang={lang}")
    yield site.visit(phone, who, "", "/home/slip/nowhere")
    desk = site.browser()
    yield become(site, desk, OFFICE)
    yield (listed := site.visit(desk, OFFICE, "", "/staff/slips/"))
    yield site.visit(desk, OFFICE, "", "/staff/slips/make", "POST", data={"whom": "all", "kind": "ask"})
    there = [one.attrs["href"] for one in listed.page.all("a") if "row-link" in one.attrs.get("class", "")]
    for address in there[:4]:
        for end in ("", "?kind=ask", "/homes"):
            yield site.visit(desk, OFFICE, "", f"{address}{end}")
        yield (homes := site.visit(desk, OFFICE, "", f"{address}/homes"))
        said = {one.attrs["name"]: "xx" for one in homes.page.all("select")}
        yield site.visit(desk, OFFICE, "", f"{address}/homes", "POST", data=said)
        yield site.visit(desk, OFFICE, "", f"{address}/letters", "POST", data={"kind": "code"})
        yield site.visit(desk, OFFICE, "", f"{address}/links", "POST", data={"kind": "ask"})
        yield site.visit(desk, OFFICE, "", f"{address}/links", "POST", data={"kind": "ask", "slip": "none"})
    for page in ("text", "text?words=“Ask”", "card"):
        yield site.visit(desk, OFFICE, "", f"/staff/slips/{page}")


def of_reception(site: Site) -> Iterator[Visit]:
    """The office's book, the tablet that it opens while there is school, and a visitor's every page."""
    desk, who = site.browser(), "visitor"
    yield site.visit(site.browser(), who, "", "/visitors/")
    yield become(site, desk, OFFICE)
    yield site.visit(desk, OFFICE, "", "/staff/visitors")
    with patch("kiosk.visitors.tablet.school_ends", return_value=now_utc() + timedelta(hours=1)):
        yield site.visit(desk, OFFICE, "", "/staff/visitors")
        yield site.visit(desk, OFFICE, "", "/staff/visitors/tablet", "POST")
        for lang in ("en", "ur"):
            for page in ("", "no", "thanks"):
                yield site.visit(desk, who, "", f"/visitors/{page}?lang={lang}")
        yield site.visit(desk, who, "", "/visitors/", "POST", data=SIGNED | {"name": ""})
        yield site.visit(desk, who, "", "/visitors/")
        yield site.visit(desk, who, "", "/visitors/", "POST", data=SIGNED)
        yield site.visit(desk, who, "", "/visitors/thanks")


def of_the_hall(site: Site) -> Iterator[Visit]:
    """What the screen says tonight, and its three pages."""
    desk, said = site.browser(), {"people": "Mrs Adeyemi, desk by the door"}
    yield become(site, desk, OFFICE)
    yield site.visit(desk, OFFICE, "", "/staff/hall")
    yield site.visit(desk, OFFICE, "", "/staff/hall", "POST", data=said | {"interpreters": "x" * 200})
    yield site.visit(desk, OFFICE, "", "/staff/hall", "POST", data=said)
    for page in ("", "/code", "/help"):
        for lang in ("en", "ur"):
            yield site.visit(site.browser(), "hall", "", f"/home/hall{page}?lang={lang}")
