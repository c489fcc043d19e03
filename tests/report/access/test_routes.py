"""Who reads what: the accused never does, and there are always enough who can (promise S4)."""

import uuid
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.report.access.keyring import Keyholder
from kiosk.report.access.routes import (
    CONCERNS,
    ROUTES,
    Route,
    is_at_once,
    may_read,
    readers_for,
    route_of,
    within_the_hour,
)
from kiosk.report.form.answers import FOLLOW_VALUES

ROLES = ("dsl", "coordinator", "principal", "chair")


def _reader(roles: str) -> Keyholder:
    return Keyholder(uuid.uuid4(), roles, f"{roles}@school.example", roles, public_key=None)


SCHOOL = [_reader(role) for role in ROLES for _ in range(2)]


def _readers(route: str, excluded: frozenset[str] = frozenset()) -> list[str]:
    return [reader.roles for reader in readers_for(ROUTES[route], SCHOOL, excluded)]


def _route(
    concern: str, danger: str = "", follow: Collection[str] = (), head: str = "", ticked: bool = False
) -> Route:
    return route_of(
        concern, danger, follow, head, ticked_head=False, about_staff=ticked or concern == "adult"
    )


@pytest.mark.parametrize(
    ("concern", "danger", "follow", "expected"),
    [
        ("bullying", "no", (), "bullying"),
        ("bullying", "no", ("threat",), "bullying-severe"),
        ("bullying", "yes", (), "danger"),
        ("site", "", (), "site"),
        ("stranger", "", (), "stranger"),
        ("images", "no", (), "images"),
        ("friend", "no", (), "friend"),
        ("friend", "no", ("hurt",), "harm"),
        ("scam", "no", ("money",), "scam"),
        ("other", "no", (), "other"),
        ("unsure", "unsure", (), "friend"),
    ],
)
def test_each_kind_of_worry_takes_its_route(
    concern: str, danger: str, follow: tuple[str, ...], expected: str
) -> None:
    assert _route(concern, danger, follow).id == expected


def test_danger_about_a_grown_up_at_school_still_goes_round_the_accused() -> None:
    assert _route("adult", "yes", head="no").id == "adult"
    assert _route("bullying", "yes", head="no", ticked=True).id == "adult"
    assert _route("bullying", "yes", head="yes").id == "head"


@pytest.mark.parametrize("danger", ["", "no", "yes"])
@pytest.mark.parametrize("head", ["", "yes", "unsure"])
@pytest.mark.parametrize(("concern", "ticked"), [("adult", False), ("adult", True), ("friend", True)])
def test_about_a_grown_up_only_a_plain_no_brings_the_head_in(
    concern: str, ticked: bool, head: str, danger: str
) -> None:
    """T8: "a grown-up" went to the head's side where nothing was said of the head (promise G2)."""
    route = _route(concern, danger, head=head, ticked=ticked)
    assert route.id == "head"
    assert {reader.roles for reader in readers_for(route, SCHOOL, [])} == {"dsl", "chair"}
    said_no = _route(concern, danger, head="no", ticked=ticked)
    assert said_no.id == "adult"
    assert {reader.roles for reader in readers_for(said_no, SCHOOL, [])} == {"dsl", "principal"}


@pytest.mark.parametrize("head", ["", "no", "unsure", "yes"])
def test_whoever_ticks_the_head_has_said_that_it_is_the_head(head: str) -> None:
    assert route_of("bullying", "", (), head, ticked_head=True, about_staff=True).id == "head"


def test_the_head_never_reads_what_is_about_the_head() -> None:
    assert set(_readers("head")) == {"chair", "dsl"}
    assert not may_read(ROUTES["head"], {"principal"})
    assert not may_read(ROUTES["head"], {"principal", "dsl"})


def test_whoever_is_head_and_deputises_the_lead_does_not_read_what_is_about_the_head_either() -> None:
    both = _reader("dsl principal")
    assert both not in readers_for(ROUTES["head"], [*SCHOOL, both], ())
    assert both in readers_for(ROUTES["friend"], [*SCHOOL, both], ())


def test_the_coordinator_does_not_read_what_is_for_the_safeguarding_lead() -> None:
    for route in ("danger", "images", "stranger", "adult", "friend", "harm"):
        assert "coordinator" not in _readers(route)
        assert not may_read(ROUTES[route], {"coordinator"})


def test_the_network_manager_may_read_nothing() -> None:
    assert not any(may_read(route, {"network", "teacher"}) for route in ROUTES.values())


@given(
    st.sampled_from(sorted(ROUTES)),
    st.sets(st.sampled_from([reader.id.hex for reader in SCHOOL])),
)
def test_whoever_is_ticked_is_never_a_reader_and_too_few_are_filled_up(route: str, ticked: set[str]) -> None:
    chosen = readers_for(ROUTES[route], SCHOOL, ticked)
    assert not {reader.id.hex for reader in chosen} & ticked
    able = [
        reader for reader in SCHOOL if reader.id.hex not in ticked and may_read(ROUTES[route], {reader.roles})
    ]
    assert len(chosen) >= min(2, len(able))


@given(
    st.sampled_from(CONCERNS),
    st.sampled_from(["", "yes", "no", "unsure"]),
    st.sets(st.sampled_from(FOLLOW_VALUES)),
    st.sampled_from(["", "yes", "no", "unsure"]),
    st.booleans(),
    st.booleans(),
)
def test_every_set_of_answers_has_a_route_and_readers(
    concern: str, danger: str, follow: set[str], head: str, ticked_head: bool, ticked: bool
) -> None:
    route = route_of(concern, danger, follow, head, ticked_head, ticked or concern == "adult")
    assert readers_for(route, SCHOOL, [])
    if is_at_once(concern, danger, follow):
        assert within_the_hour(concern, danger, follow)


@pytest.mark.parametrize(
    ("concern", "danger", "follow", "at_once", "soon"),
    [
        ("other", "yes", (), True, True),
        ("adult", "yes", (), True, True),
        ("me", "no", ("hurt",), True, True),
        ("friend", "", ("unsure",), True, True),
        ("me", "", ("unsure",), True, True),
        ("images", "unsure", ("threat",), False, True),
        ("bullying", "no", ("threat",), False, True),
        ("stranger", "no", ("asked-meet",), False, True),
        ("stranger", "no", ("asked-money", "asked-pictures"), False, True),
        ("adult", "", ("asked-meet",), False, True),  # ticked before the child chose another card
        ("stranger", "no", ("asked-money",), False, False),
        ("stranger", "no", ("asked-pictures", "asked-secret", "unsure"), False, False),
        ("bullying", "unsure", ("repeat", "hate", "unsure"), False, False),
        ("images", "no", ("no-clothes",), False, False),
        ("me", "unsure", ("safe",), False, False),
    ],
)
def test_five_kinds_are_decided_within_the_hour_and_two_of_them_passed_on_at_once(
    concern: str, danger: str, follow: Collection[str], at_once: bool, soon: bool
) -> None:
    assert is_at_once(concern, danger, follow) is at_once
    assert within_the_hour(concern, danger, follow) is soon
