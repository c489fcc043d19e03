"""Tickets end when it is right on each kind of device; the grid shows what was never tried, and what is not used."""

import uuid

import pytest

from kiosk.duties.keeping import keep_book
from kiosk.duties.lists import day_words
from kiosk.filtering.spots import spots_of
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import now_utc
from tests.factories import today
from tests.filtering.at_the_desk import DESK, FilterDesk
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

GRID = f"{DESK}tried"
CELL = f"{GRID}/laptop-school/older"
BOOK = "/staff/duties/filter-check/write"


def look_round(desk: FilterDesk) -> None:
    """The worker brings the book up to date: what is on the list of devices stands in it."""
    keep_book(site_of(desk.app), ALL_SOURCES, now_utc())


def attempt(desk: FilterDesk, result: str, who: str = "network", **sent: str) -> int:
    form = {
        "of": "laptop-school/older",
        "tried": "supplier-page",
        "result": result,
        "day": site_of(desk.app).today().isoformat(),
        "once": uuid.uuid4().hex,
        "task_owner": desk.school.network.id.hex,
        "task_by": site_of(desk.app).today().isoformat(),
    }
    return int(desk.at(who).post(BOOK, data=form | sent).status_code)


def states(desk: FilterDesk, who: str = "network") -> dict[str, str]:
    """The state of each cell in use, by its address."""
    cells = Page(desk.at(who).get(GRID).text).all("td")
    found = {}
    for cell in cells:
        for link in cell.find_all("a"):
            found[link.attrs["href"].removeprefix(f"{GRID}/")] = cell.attrs["class"].removeprefix("tried-")
    return found


@pytest.fixture
def ticket(desk: FilterDesk) -> FilterDesk:
    """An address that a colleague asked for, to be blocked for all pupils and guests."""
    desk.ask()
    desk.decide()
    desk.leave()
    return desk


def test_where_nobody_has_looked_says_so(desk: FilterDesk) -> None:
    assert set(states(desk).values()) == {"never"}
    assert "0 of 21 tried this term" in desk.seen("dsl", GRID)


def test_a_ticket_stays_open_while_it_is_wrong_on_one_device_and_turns_its_cells_red(
    ticket: FilterDesk,
) -> None:
    assert ticket.done(laptop_home="wrong", tablet_home="not-tried") == 302
    assert "To check again" in ticket.seen("network") and "It is not right on each device" in ticket.seen(
        "dsl"
    )
    red = {cell for cell, state in states(ticket).items() if state == "through"}
    assert red == {"laptop-home/older"}
    assert ticket.done() == 302
    assert "Looked at on" in ticket.seen("network")
    assert set(states(ticket).values()) == {"never"}, "one address says nothing good of the whole filter"
    assert ticket.done() in (404, 409), "done is done"


def test_a_ticket_needs_its_rule_and_one_look_at_least(ticket: FilterDesk) -> None:
    assert ticket.done(rule="") == 422
    missed = Page(ticket.at("network").post(f"{ticket.page}/done", data={"rule": "List 3"}).text).text
    assert "Choose what you saw on: Laptop, at home." in missed, "each link says to which device it leads"
    names = [one.id for one in spots_of(ticket.school.config).spots]
    assert ticket.done(**dict.fromkeys(names, "not-tried")) == 422
    assert ticket.rows()[0].done_on is None


@pytest.mark.parametrize("who", ["teacher", "coordinator", "dsl", "chair"])
def test_nobody_but_the_network_manager_says_that_it_was_done(ticket: FilterDesk, who: str) -> None:
    assert ticket.send(who, "done", {"rule": "here"}) in (404, 409, 422)
    assert ticket.rows()[0].done_on is None


def test_a_try_is_a_line_of_the_book_and_the_grid_shows_what_came_of_it(desk: FilterDesk) -> None:
    assert "Try it, and write it down" not in desk.seen("network", CELL), "it does not stand in the book yet"
    look_round(desk)
    assert "Try it, and write it down" in desk.seen("network", CELL)
    assert attempt(desk, "holds") == 302
    assert states(desk)["laptop-school/older"] == "holds"
    assert attempt(desk, "blocked-too-much", "dsl", changed="The word list was changed.") == 302
    assert states(desk)["laptop-school/older"] == "too-much"
    assert attempt(desk, "could-not") == 302
    assert states(desk)["laptop-school/older"] == "too-much", "what could not be tried changes nothing"
    assert attempt(desk, "let-through", changed="I ring the supplier.") == 302
    assert states(desk)["laptop-school/older"] == "through"
    assert "1 lets something through" in desk.seen("coordinator", GRID)
    assert attempt(desk, "holds", of="nowhere/older") == 404
    assert attempt(desk, "holds", "teacher") == 404, "it is not theirs"


def test_what_nobody_uses_is_nothing_to_try(desk: FilterDesk) -> None:
    look_round(desk)
    desk.at("network").post(f"{GRID}/laptop-school/older/unused", data={"why": "We have none."})
    desk.at("dsl").post(f"{GRID}/laptop-school/older/unused")
    look_round(desk)
    assert attempt(desk, "holds") == 404
    assert "0 of 20 tried this term" in desk.seen("dsl", GRID)


def test_two_take_a_cell_out_of_use_and_it_stays_in_the_list(desk: FilterDesk) -> None:
    cell = f"{GRID}/any-spare/guests"
    assert desk.at("network").post(f"{cell}/unused", data={"why": ""}).status_code == 422
    assert (
        desk.at("network").post(f"{cell}/unused", data={"why": "Guests never get that line."}).status_code
        == 302
    )
    assert states(desk)["any-spare/guests"] == "never", "one alone changes nothing"
    assert desk.at("network").post(f"{cell}/unused", data={"why": "x"}).status_code == 409
    assert desk.at("dsl").post(f"{cell}/unused").status_code == 302
    assert states(desk)["any-spare/guests"] == "unused"
    told = f"on {day_words(today())}: it is not used here. Guests never get that line."
    assert told in desk.seen("chair", cell)
    assert desk.at("network").post(f"{cell}/again").status_code == 302
    assert states(desk)["any-spare/guests"] == "never"


@pytest.mark.parametrize("who", ["teacher", "chair"])
def test_who_does_not_try_changes_nothing(desk: FilterDesk, who: str) -> None:
    assert desk.at(who).post(f"{CELL}/unused", data={"why": "x"}).status_code == 403


@pytest.mark.parametrize("cell", ["laptop-school/guests", "laptop-school/nobody", "nowhere/older"])
def test_a_cell_that_the_list_does_not_have_is_no_page(desk: FilterDesk, cell: str) -> None:
    assert desk.at("network").get(f"{GRID}/{cell}").status_code == 404
    assert desk.at("network").post(f"{GRID}/{cell}/unused", data={"why": "x"}).status_code == 404


def test_a_school_keeps_a_list_of_its_own_and_what_is_new_stands_untried(desk: FilterDesk) -> None:
    look_round(desk)
    assert attempt(desk, "holds") == 302
    own = desk.school.config.data_dir / "filter-spots.yml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(
        "schema: filter-spots/1\n"
        "people: {older: Pupils}\n"
        "spots:\n"
        "  - {id: laptop-school, device: Laptop, place: at school, used_by: [older]}\n"
        "  - {id: watch-school, device: Watch, place: at school, used_by: [older]}\n",
        encoding="utf-8",
    )
    try:
        assert states(desk) == {"laptop-school/older": "holds", "watch-school/older": "never"}
    finally:
        own.unlink()


def test_what_was_wrong_is_not_right_because_nobody_tried_it_again(ticket: FilterDesk) -> None:
    assert ticket.done(laptop_home="wrong") == 302
    assert ticket.done(laptop_home="not-tried") == 302
    assert ticket.rows()[0].done_on is None and states(ticket)["laptop-home/older"] == "through"
    assert ticket.done() == 302 and ticket.rows()[0].done_on


def test_a_kind_of_device_that_was_not_tried_is_counted_in_the_register_and_in_the_grid(
    ticket: FilterDesk,
) -> None:
    names = [
        one.id for one in spots_of(ticket.school.config).spots if {"younger", "older"} & set(one.used_by)
    ]
    assert ticket.done(**dict.fromkeys(names, "not-tried") | {"laptop-school": "right"}) == 302
    assert "Tried on 1 of 7 kinds of device" in ticket.seen("dsl", f"{DESK}register")
    grid = Page(ticket.at("dsl").get(GRID).text)
    labels = {
        one.attrs["href"]: one.attrs["aria-label"] for one in grid.all("a") if "aria-label" in one.attrs
    }
    assert labels[f"{GRID}/laptop-home/older"].endswith("Never tried, 1 not tried")
    assert labels[CELL].endswith("Never tried"), "it was tried there"
    assert "Addresses of this term not tried here" in ticket.seen("dsl", f"{GRID}/laptop-home/older")
