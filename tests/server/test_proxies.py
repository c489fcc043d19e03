"""nginx and Caddy as docs/deploy/proxy.md has them: only https, no line, no copy of what children send (promise A8)."""

import http.client
from collections.abc import Iterator
from random import Random

import pytest

from tests.demo_school import ADDRESS, copied_demo
from tests.holding import HELD_HEADERS, held_body, holding
from tests.proxies import KINDS, Proxy, proxied
from tests.serving import reserved_port, running_kiosk
from tools.bench.crowd import go_together, pupils, tablets
from tools.bench.school import sign_in_pupils

HELD = 30  # of each kind
CHILDREN, TABLETS, SECONDS = 3, 2, 3
MARKER = "marker-7731-of-a-child"
LONG = (
    held_body("/report/ks2/en", length=200_000) + b"x" * 150_000
)  # more than a proxy keeps in its first buffer


@pytest.fixture(scope="module", params=KINDS)
def school(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, list[str]]]:
    """A proxy in front of `kiosk serve`, and what went wrong for a class while much was held through it."""
    folder = tmp_path_factory.mktemp("proxied")
    config = copied_demo(folder / "school")
    signed, chance = sign_in_pupils(config, 1, CHILDREN), Random(20)
    crowd = [*pupils(signed, SECONDS, chance), *tablets(TABLETS, SECONDS, chance)]
    settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": ADDRESS}
    with reserved_port() as port, proxied(request.param, port, folder / "proxy") as proxy:
        with running_kiosk(
            "serve", "--port", str(port), port=port, settings=settings, log=folder / "kiosk.log"
        ):
            held = [HELD_HEADERS, held_body("/report/ks2/en")] * HELD + [LONG] * 3
            with holding(proxy.https, held, proxy.tls):
                go_together(crowd, proxy.https, proxy.tls)
                assert proxy.copies() == [], "nothing that was sent is put into a file"
        for path in ("/report/ks2/en", f"/report/{MARKER}"):  # kiosk is stopped now
            assert _status(proxy, path) == 502
        yield proxy, [failed for visitor in crowd for failed in visitor.failed]
        assert all(visitor.took for visitor in crowd)


def _status(proxy: Proxy, path: str) -> int:
    connection = http.client.HTTPSConnection("localhost", proxy.https, context=proxy.tls)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.later
def test_what_is_held_through_the_proxy_stops_no_page_and_no_report(school: tuple[Proxy, list[str]]) -> None:
    assert school[1] == []


@pytest.mark.main(1)
def test_no_log_of_the_proxy_says_anything_of_a_report_or_of_who_sent_it(
    school: tuple[Proxy, list[str]],
) -> None:
    written = school[0].written()
    assert b"/report" not in written, written
    assert MARKER.encode() not in written
    assert b"client: 127.0.0.1" not in written
    assert b"remote_ip" not in written


@pytest.mark.main(1)
def test_port_80_leads_to_https(school: tuple[Proxy, list[str]]) -> None:
    proxy, _ = school
    connection = http.client.HTTPConnection("localhost", proxy.http)
    connection.request("GET", "/home/?lang=ur")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status in {301, 308}
    assert answer.headers["Location"].startswith("https://localhost")
    assert answer.headers["Location"].endswith("/home/?lang=ur")


@pytest.mark.main(1)
def test_no_form_or_page_is_left_on_disk(school: tuple[Proxy, list[str]]) -> None:
    assert school[0].copies() == []
