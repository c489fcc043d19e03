"""nginx and Caddy as in docs/deploy/files: only https, no line, no copy of what children send (promises A8, U31).

Of homes nothing goes through but the tap on a slip (promise F2).
"""

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest

from tests.demo_school import ADDRESS, copied_demo
from tests.holding import HELD_HEADERS, held_body, holding
from tests.proxies import AWAY, FAMILIES, KINDS, NAME, Proxy, proxied
from tests.serving import reserved_port, running_kiosk
from tools.bench.crowd import go_together, pupils, tablets
from tools.bench.school import sign_in_pupils

HELD = 30  # of each kind
MOST_PAGES = 60
CHILDREN, TABLETS, SECONDS = 3, 2, 3
MARKER = "marker-7731-of-a-child"
LONG = (
    held_body("/report/ks2/en", length=200_000) + b"x" * 150_000
)  # more than a proxy keeps in its first buffer


# What a home may not reach, in every way in which a proxy and kiosk might read one address differently.
NOT_FOR_HOMES = (
    "/staff/",
    "/staff/sign-in",
    "/report/",
    "/report/ks2/en",
    "/learn/",
    "/demo",
    "/healthz",
    "/look",
    "/home",
    "/home/../staff/",
    "/home/%2e%2e/staff/",
    "/home/..%2fstaff/",
    "/home//../../staff/",
    "/home/.%00/staff",
    "/HOME/",
    "//home/",
    "/staff/..%2fhome/",
    "/static/built/../../staff/",
    "/static/built/%2e%2e/%2e%2e/staff/",
    "/static/built/..%2f..%2fstaff/",
    "/static/../staff/",
    "/home/;/../staff/",
    "/home\\..\\staff/",
)


# What a home may not send, though it begins like a slip.
NOT_A_SLIP = ("", "/", "/aa/..", "/aa?lang=en&more=1", "/aa?more=1", "/aa/more", "/../code", "/%61a", "s/aa")
HERE = "https://families.example"  # as KIOSK_FAMILIES_URL says it; the port of a test is another


@dataclass(frozen=True)
class Answer:
    """What a proxy answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Behind:
    """A proxy in front of `kiosk serve`, which was stopped at last, and what it had answered until then."""

    proxy: Proxy
    failed: list[str]
    not_for_homes: dict[str, int]
    for_homes: dict[str, Answer]
    other_name: list[Answer]
    sent_by_home: dict[str, int]
    slip: list[Answer]
    at_home: Answer


@pytest.fixture(scope="module", params=KINDS)
def school(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """A class and homes at a proxy while much is held through it; kiosk is stopped when tests look."""
    folder = tmp_path_factory.mktemp("proxied")
    config = copied_demo(folder / "school")
    signed, chance = sign_in_pupils(config, 1, CHILDREN), Random(20)
    crowd = [*pupils(signed, SECONDS, chance), *tablets(TABLETS, SECONDS, chance)]
    settings = {
        "KIOSK_DATA_DIR": str(config.data_dir),
        "KIOSK_PUBLIC_URL": ADDRESS,
        "KIOSK_FAMILIES_URL": HERE,
    }
    listed = json.loads((config.data_dir / "demo.json").read_text(encoding="utf-8"))["slips"]
    slip = next(one["address"] for one in listed if one["kind"] == "ask")
    with reserved_port() as port, proxied(request.param, port, folder / "proxy") as proxy:
        with running_kiosk(
            "serve", "--port", str(port), port=port, settings=settings, log=folder / "kiosk.log"
        ):
            held = [HELD_HEADERS, held_body("/report/ks2/en")] * HELD + [LONG] * 3
            with holding(proxy.https, held, proxy.tls):
                go_together(crowd, proxy.https, proxy.tls)
                assert proxy.copies() == [], "nothing that was sent is put into a file"
            not_for_homes = {path: _asked(proxy, path, FAMILIES).status for path in NOT_FOR_HOMES}
            other_name = [
                _answer(proxy, proxy.homes, path, NAME) for path in ("/", "/staff/", "/report/ks2/en")
            ]
            for_homes = _walked_home(proxy)
            sent_by_home = {
                f"{method} {path}": _asked(
                    proxy, path, FAMILIES, method, f"words={MARKER}", origin=HERE
                ).status
                for method, path in (
                    ("POST", "/home/"),
                    *(("POST", f"/home/slip{end}") for end in NOT_A_SLIP),
                    *((method, slip) for method in ("PUT", "DELETE", "PATCH")),
                )
            }
            slip_answers = [
                _asked(proxy, slip, FAMILIES),
                _asked(proxy, slip, FAMILIES, "POST"),
                _asked(proxy, slip, FAMILIES, "POST", origin="https://elsewhere.example"),
                _asked(proxy, slip, FAMILIES),
                *(_asked(proxy, f"{slip}?lang=pl", FAMILIES, "POST", origin=HERE) for _ in range(2)),
                _asked(proxy, slip, FAMILIES),
            ]
            at_home = _asked(proxy, "/", FAMILIES)
        failed = [failed for visitor in crowd for failed in visitor.failed]
        yield Behind(proxy, failed, not_for_homes, for_homes, other_name, sent_by_home, slip_answers, at_home)
        assert all(visitor.took for visitor in crowd)


def _asked(
    proxy: Proxy, path: str, host: str = NAME, method: str = "GET", body: str = "", origin: str = ""
) -> Answer:
    """What the proxy answers on the port of this name, the path sent as it is."""
    port = proxy.homes if host == FAMILIES else proxy.https
    return _answer(proxy, port, path, host, method, body, origin)


def _answer(
    proxy: Proxy, port: int, path: str, host: str, method: str = "GET", body: str = "", origin: str = ""
) -> Answer:
    connection = http.client.HTTPSConnection("localhost", port, context=proxy.tls)
    connection.putrequest(method, path, skip_host=True)
    headers = {"Host": host, "Cookie": "kiosk=marked"} | ({"Origin": origin} if origin else {})
    if method == "POST":
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body.encode())
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


def _walked_home(proxy: Proxy) -> dict[str, Answer]:
    """Every page that a home comes to by links, and what it is made of."""
    found: dict[str, Answer] = {}
    left = ["/home/", "/home/?lang=ur", "/home/help?band=ks1"]
    while left:
        path = left.pop()
        if path not in found and len(found) < MOST_PAGES:
            answer = found[path] = _asked(proxy, path, FAMILIES)
            links = re.findall(rb'(?:href|src)="(/(?:home|static)/[^"#]*)', answer.body)
            left += [link.decode().replace("&amp;", "&") for link in links]
    return found


@pytest.mark.later
def test_what_is_held_through_the_proxy_stops_no_page_and_no_report(school: Behind) -> None:
    assert school.failed == []


@pytest.mark.main(1)
def test_no_log_of_the_proxy_says_anything_of_a_report_or_of_who_sent_it(
    school: Behind,
) -> None:
    written = school.proxy.written()
    assert b"/report" not in written, written
    assert MARKER.encode() not in written
    assert b"client: 127.0.0.1" not in written
    assert b"remote_ip" not in written


@pytest.mark.main(1)
def test_port_80_leads_to_https(school: Behind) -> None:
    proxy = school.proxy
    connection = http.client.HTTPConnection("localhost", proxy.http)
    connection.request("GET", "/home/?lang=ur")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status in {301, 308}
    assert answer.headers["Location"].startswith("https://localhost")
    assert answer.headers["Location"].endswith("/home/?lang=ur")


@pytest.mark.main(1)
def test_no_form_or_page_is_left_on_disk(school: Behind) -> None:
    assert school.proxy.copies() == []


@pytest.mark.main(1)
@pytest.mark.parametrize("path", ["/report/ks2/en", f"/report/{MARKER}", "/", "/home/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_while_kiosk_is_away_a_page_with_people_is_shown_and_nothing_is_sent_again_or_kept(
    school: Behind, path: str, method: str
) -> None:
    for host in (NAME, FAMILIES) if path == "/home/" and method == "GET" else (NAME,):
        answer = _asked(school.proxy, path, host, method, f"words={MARKER}")
        assert (answer.status, answer.body) == (503, AWAY)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.main(1)
def test_a_home_reaches_every_page_for_homes_and_all_that_they_are_made_of(school: Behind) -> None:
    assert {path: answer.status for path, answer in school.for_homes.items() if answer.status != 200} == {}
    assert {"/home/help", "/home/policy", "/home/about"} <= {path.split("?")[0] for path in school.for_homes}
    assert all("Set-Cookie" not in answer.headers for answer in school.for_homes.values())
    assert (school.at_home.status, school.at_home.headers["Location"].endswith("/home/")) == (308, True)


@pytest.mark.main(1)
def test_a_home_reaches_nothing_else_and_sends_nothing(school: Behind) -> None:
    assert {path: status for path, status in school.not_for_homes.items() if status not in (400, 404)} == {}
    assert {
        what: status for what, status in school.sent_by_home.items() if status not in (400, 403, 404)
    } == {}


@pytest.mark.main(1)
def test_a_home_sends_its_slip_back_and_looking_does_not(school: Behind) -> None:
    looked, unnamed, strange, again, tapped, twice, back = school.slip
    assert (looked.status, unnamed.status, strange.status) == (200, 403, 403)
    assert again.body == looked.body and b"We talked" in looked.body
    assert (tapped.status, twice.status, back.status) == (303, 303, 200)
    assert b"Thank you. The school has it." in back.body
    for answer in school.slip:
        assert "Set-Cookie" not in answer.headers
    assert looked.headers["Cache-Control"] == "no-store"
    assert b"/home/slip" not in school.proxy.written(), "no log holds what opens a slip"


@pytest.mark.main(1)
def test_whoever_reaches_the_port_of_homes_gets_nothing_of_the_school_by_its_name(school: Behind) -> None:
    for answer in school.other_name:
        assert answer.status in (200, 308, 404, 421)
        assert answer.body == b"" or b"nginx" in answer.body
        assert answer.headers.get("Location", "/home/").endswith("/home/")
