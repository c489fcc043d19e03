"""nginx and Caddy as in docs/deploy/files: only https, no line, no copy of what children send (promises A8, U31).

Of homes nothing goes through but the tap on a slip (promise F2), a worry, and the pictures that open its answers.
"""

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

import pytest

from tests.demo_school import ADDRESS, copied_demo
from tests.holding import HELD_HEADERS, held_body, holding
from tests.proxies import AWAY, FAMILIES, KINDS, NAME, Proxy, proxied
from tests.server.for_homes import FOR_CHILDREN, MARKER, NOT_A_SLIP, NOT_A_WORRY, NOT_FOR_HOMES
from tests.serving import reserved_port, running_kiosk, wait_until
from tools.bench.crowd import go_together, pupils, tablets
from tools.bench.school import sign_in_pupils

HELD = 30  # of each kind
MOST_PAGES = 60
CHILDREN, TABLETS, SECONDS = 3, 2, 3
LONG = (
    held_body("/report/ks2/en", length=200_000) + b"x" * 150_000
)  # more than a proxy keeps in its first buffer

WORRY, BACK = "/report/kin/en", "/report/replies/en/kin"
AT_ONCE = 100  # worries of all homes together
WRITTEN = {"nonce": "n" * 24, "concern": "friend", "words": MARKER, "reply": "yes"}
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
    worry: dict[str, Answer]
    of_the_form: dict[str, Answer]
    for_children: list[Answer]
    beside_a_flood: dict[str, Answer]


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
                    *(("POST", f"/report{end}") for end in NOT_A_WORRY),
                    *(
                        (method, path)
                        for method in ("PUT", "DELETE", "PATCH")
                        for path in (slip, WORRY, BACK)
                    ),
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
            at_home = _asked(proxy, "/?lang=ur&fresh=1", FAMILIES)
            worry = _worry_of_a_home(proxy)
            of_the_form = {path: _asked(proxy, path, FAMILIES) for path in _links(worry["form"])}
            for_children = [_asked(proxy, path, FAMILIES) for path in FOR_CHILDREN]
            beside_a_flood = _beside_a_flood(proxy)
        failed = [failed for visitor in crowd for failed in visitor.failed]
        yield Behind(
            proxy,
            failed,
            not_for_homes,
            for_homes,
            other_name,
            sent_by_home,
            slip_answers,
            at_home,
            worry,
            of_the_form,
            for_children,
            beside_a_flood,
        )
        assert all(visitor.took for visitor in crowd)


def _asked(
    proxy: Proxy, path: str, host: str = NAME, method: str = "GET", body: str = "", origin: str = ""
) -> Answer:
    """What the proxy answers on the port of this name, the path sent as it is."""
    port = proxy.homes if host == FAMILIES else proxy.https
    return _answer(proxy, port, path, host, method, body, origin)


def _answer(
    proxy: Proxy,
    port: int,
    path: str,
    host: str,
    method: str = "GET",
    body: str = "",
    origin: str = "",
    sender: str = "127.0.0.1",
) -> Answer:
    connection = http.client.HTTPSConnection("localhost", port, context=proxy.tls, source_address=(sender, 0))
    connection.putrequest(method, path, skip_host=True)
    headers = {"Host": host, "Cookie": "kiosk=marked"} | ({"Origin": origin} if origin else {})
    if method != "GET":
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body.encode())
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


def _worry_of_a_home(proxy: Proxy) -> dict[str, Answer]:
    """What a parent comes to, from the link to the answer."""

    def sent(path: str, origin: str = HERE, **values: str) -> Answer:
        return _asked(proxy, path, FAMILIES, "POST", urlencode(values, doseq=True), origin)

    return {
        "link": _asked(proxy, "/home/worry?lang=en", FAMILIES),
        "form": _asked(proxy, WORRY, FAMILIES),
        "by its plain name": _asked(proxy, "/report/worry/en", FAMILIES),
        "with a query": _asked(proxy, f"{WORRY}?from={MARKER}", FAMILIES),
        "unnamed": sent(WORRY, "", **WRITTEN),
        "from elsewhere": sent(WORRY, "https://elsewhere.example", **WRITTEN),
        "sent": sent(WORRY, **WRITTEN),
        "long": sent(WORRY, **(WRITTEN | {"words": "x" * 20_000})),
        "far too long": sent(WORRY, words="x" * 300_000),
        "children's form": sent("/report/ks2/en", **WRITTEN),
        "way back": _asked(proxy, BACK, FAMILIES),
        "looked up": sent(BACK, names="", look="yes"),
        "helplines": _asked(proxy, "/home/help/all", FAMILIES),
        "icon": _asked(proxy, "/report/icon.svg", FAMILIES),
        "quiet": _asked(proxy, "/report/quiet.svg", FAMILIES),
    }


def _beside_a_flood(proxy: Proxy) -> dict[str, Answer]:
    """What another home and a child are answered while one address floods the door for worries."""

    def home(path: str) -> Answer:
        return _answer(proxy, proxy.homes, path, FAMILIES, sender="127.0.0.2")

    flood = [held_body(WORRY).replace(f"Host: {NAME}".encode(), f"Host: {FAMILIES}".encode())] * AT_ONCE
    with holding(proxy.homes, flood, proxy.tls):
        wait_until(lambda: home(WORRY).status == 503, lambda: "the door for worries never shut")
        found = {
            "worry": home(WORRY),
            "home": home("/home/"),
            "child": _asked(proxy, "/report/ks2/en"),
            "sent": _asked(proxy, "/report/ks2/en", NAME, "POST", "concern=friend&words=hello", ADDRESS),
        }
    wait_until(lambda: home(WORRY).status == 200, lambda: "the door for worries never opened again")
    return found


def _walked_home(proxy: Proxy) -> dict[str, Answer]:
    """Every page that a home comes to by links, and what it is made of."""
    found: dict[str, Answer] = {}
    left = ["/home/", "/home/?lang=ur", "/home/help?band=ks1"]
    while left:
        path = left.pop()
        if path not in found and len(found) < MOST_PAGES:
            answer = found[path] = _asked(proxy, path, FAMILIES)
            left += _links(answer)
    return found


def _links(answer: Answer) -> list[str]:
    """What a page leads to and is made of, as far as it is for homes; that a worry is sent on is told elsewhere."""
    links = re.findall(rb'(?:href|src)="(/(?:home|static)/[^"#]*)', answer.body)
    found = (link.decode().replace("&amp;", "&") for link in links)
    return [link for link in found if not link.startswith("/home/worry")]


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
@pytest.mark.parametrize("path", ["/report/ks2/en", f"/report/{MARKER}", "/", "/home/", WORRY, BACK])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_while_kiosk_is_away_a_page_with_people_is_shown_and_nothing_is_sent_again_or_kept(
    school: Behind, path: str, method: str
) -> None:
    of_homes = path in (WORRY, BACK) or (path == "/home/" and method == "GET")
    for host in (NAME, FAMILIES) if of_homes else (NAME,):
        answer = _asked(school.proxy, path, host, method, f"words={MARKER}")
        assert (answer.status, answer.body) == (503, AWAY)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.main(1)
def test_a_home_reaches_every_page_for_homes_and_all_that_they_are_made_of(school: Behind) -> None:
    assert {path: answer.status for path, answer in school.for_homes.items() if answer.status != 200} == {}
    assert {"/home/help", "/home/policy", "/home/about"} <= {path.split("?")[0] for path in school.for_homes}
    assert all("Set-Cookie" not in answer.headers for answer in school.for_homes.values())
    assert (school.at_home.status, school.at_home.headers["Location"]) == (308, "/home/")


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
def test_a_home_tells_a_worry_and_looks_for_its_answer(school: Behind) -> None:
    link, form, sent = (school.worry[name] for name in ("link", "form", "sent"))
    assert (link.status, link.headers["Location"]) == (303, WORRY)
    assert link.headers["Referrer-Policy"] == "no-referrer"
    assert form.status == school.worry["by its plain name"].status == 200
    assert (school.worry["with a query"].status, school.worry["with a query"].headers["Location"]) == (
        308,
        WORRY,
    )
    assert (sent.status, b"We have your message" in sent.body) == (200, True)
    for name in ("unnamed", "from elsewhere"):
        assert (school.worry[name].status, MARKER.encode() in school.worry[name].body) == (403, True)
    assert (school.worry["long"].status, school.worry["children's form"].status) == (413, 404)
    assert school.worry["far too long"].status in (413, 503)  # Caddy shows the page with people
    assert b"x" * 1000 in school.worry["long"].body, "too long for kiosk, which keeps what was typed"
    for name in ("way back", "looked up"):
        assert (school.worry[name].status, b"Has someone written back?" in school.worry[name].body) == (
            200,
            True,
        )
    assert school.worry["icon"].status == school.worry["quiet"].status == 200
    assert all("Set-Cookie" not in answer.headers for answer in school.worry.values())
    assert form.headers["Cache-Control"] == sent.headers["Cache-Control"] == "no-store"


@pytest.mark.main(1)
def test_all_that_the_form_for_worries_is_made_of_and_leads_to_is_there_for_homes(school: Behind) -> None:
    assert {path for path in school.of_the_form if path.startswith("/static/")}
    assert {path: answer.status for path, answer in school.of_the_form.items() if answer.status != 200} == {}


@pytest.mark.main(1)
def test_a_childs_form_leads_from_home_to_those_who_listen_to_children(school: Behind) -> None:
    for answer in school.for_children:
        assert (answer.status, answer.headers["Location"]) == (303, "/home/help/all")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    led_to = school.worry["helplines"]
    assert (led_to.status, b"0800 1111" in led_to.body) == (200, True)


@pytest.mark.main(1)
def test_a_flood_of_worries_shuts_their_own_door_and_that_of_nobody_else(school: Behind) -> None:
    assert (school.beside_a_flood["worry"].status, school.beside_a_flood["worry"].body) == (503, AWAY)
    assert {name: school.beside_a_flood[name].status for name in ("home", "child", "sent")} == {
        "home": 200,
        "child": 200,
        "sent": 200,
    }


@pytest.mark.main(1)
def test_whoever_reaches_the_port_of_homes_gets_nothing_of_the_school_by_its_name(school: Behind) -> None:
    for answer in school.other_name:
        assert answer.status in (200, 303, 308, 404, 421)
        assert answer.body == b"" or b"nginx" in answer.body
        assert answer.headers.get("Location", "/home/") in ("/home/", "/home/help/all")
