"""Promise A3: a marker in every header, in the query, in the path and in what breaks is found nowhere afterwards."""

import pytest

from tests.report.anonymity.every_status import FORM_ADDRESS, FORMS, STATUSES, every_answer
from tests.report.anonymity.leaks import LEAKS
from tests.report.anonymity.steps import ANY_NONCE, Visitor
from tests.report.anonymity.world import World

MARKER = "marker-7731-of-a-child"
HEADERS = (
    *("USER_AGENT", "ACCEPT", "ACCEPT_LANGUAGE", "ACCEPT_ENCODING", "REFERER", "COOKIE", "AUTHORIZATION"),
    *("X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_REAL_IP", "FORWARDED", "VIA", "FROM"),
    *("SEC_CH_UA", "SEC_CH_UA_MODEL", "SEC_CH_UA_PLATFORM", "SEC_FETCH_DEST", "SEC_FETCH_MODE", "ORIGIN"),
    *("IF_NONE_MATCH", "IF_MODIFIED_SINCE", "X_DEVICE_ID", "X_REQUEST_ID", "TRACEPARENT", "ETAG", "DNT"),
    *("CF_CONNECTING_IP", "TRUE_CLIENT_IP", "X_CLIENT_IP", "X_CSRF_TOKEN", "HX_REQUEST", "HX_CURRENT_URL"),
)
SERVER = ("REMOTE_ADDR", "REMOTE_PORT", "REMOTE_USER", "REMOTE_HOST", "AUTH_TYPE", "UNIQUE_ID")


def _marked(world: World) -> Visitor:
    environ = {f"HTTP_{name}": MARKER for name in HEADERS} | dict.fromkeys(SERVER, MARKER)
    # These two are kept by the scrubber, since the app needs them: they must be left nowhere all the same.
    environ |= {"HTTP_ACCEPT_ENCODING": f"identity, {MARKER}", "HTTP_SEC_CH_UA": f'"{MARKER}"'}
    environ["HTTP_COOKIE"] = f"kiosk-learn={MARKER}; kiosk-staff={MARKER}"
    return Visitor(environ, "", world.school_time)


def _left_by_everything(world: World, visitor: Visitor, form: str = FORM_ADDRESS) -> dict[str, bytes]:
    """All bytes that are left and all that was said, also while the journals of the databases are still there."""
    statuses, said = set(), {}
    with world.beginning(world.school_time) as (clock, heard):
        for number, answer in enumerate(every_answer(world, visitor, MARKER, heard, form)):
            statuses.add(answer.status_code)
            said[f"answer {number} {answer.status}"] = answer.data + str(answer.headers).encode()
        said |= _now(world, "early")
        clock.moment = world.release_moment(world.school_time)
        world.work(clock.moment)
        said |= _now(world, "late")
        said["log"] = heard.getvalue().encode()
    assert statuses >= STATUSES, STATUSES - statuses
    return said


def _now(world: World, when: str) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in world.config.data_dir.rglob("*") if path.is_file()}
    return {f"{when} {name}": held + name.encode() for name, held in (world.look() | files).items()}


def _hits(said: dict[str, bytes], needle: str = MARKER) -> list[str]:
    return [name for name, held in said.items() if needle.encode() in held]


@pytest.mark.parametrize("form", FORMS)
def test_a_marker_in_every_header_in_the_query_and_in_every_error_is_found_nowhere(
    world: World, form: str
) -> None:
    world.rebuild()  # an app logs a kind of failure once a minute
    said = _left_by_everything(world, _marked(world), form)
    assert _hits(said) == []
    assert _hits(said, ANY_NONCE) == [name for name in _hits(said, ANY_NONCE) if name.startswith("answer")]
    assert said["log"], "the control: something broke and was logged"
    assert _hits(said, "planted words") != [], (
        "the control: the search finds what stands on the child's own page"
    )


@pytest.mark.parametrize(
    "name",
    ["a log line with the address", "the query in a temporary file", "the browser in the words"],
)
def test_a_marker_that_leaks_is_found(world: World, name: str) -> None:
    plant, _ = LEAKS[name]
    visitor = Visitor({**_marked(world).environ}, "", world.school_time)
    with plant(world):
        assert _hits(_left_by_everything(world, visitor)) != []


@pytest.mark.parametrize("form", FORMS)
def test_the_traceback_of_a_broken_page_is_not_written(world: World, form: str) -> None:
    world.rebuild()  # an app logs a kind of failure once a minute
    said = _left_by_everything(world, _marked(world), form)["log"]
    assert b"RuntimeError" in said
    assert b"Traceback" not in said
    assert b"planted words" not in said
