"""The running server, its databases and its log, byte by byte, after a child has told (promises A1, A3 and A8)."""

import http.client
import re
import sqlite3
import time
import urllib.parse

import pytest

from kiosk.sealing.site_key import read_site_key
from tests.browser.conftest import School
from tests.report.sent_ids import id_of_sent
from tests.serving import PATIENCE_SECONDS

pytestmark = pytest.mark.main

LOOPBACK_OF_THE_TABLET = "127.0.0.77"
MARKED = {
    "User-Agent": "Marker-Tablet-7731",
    "Cookie": "kiosk-learn=marker-cookie-4482; kiosk-staff=marker-cookie-4482",
    "Referer": "http://marker-referer-5519.example/",
    "Accept-Language": "zz-marker-1180",
    "X-Forwarded-For": "198.51.100.23",
    "X-Real-IP": "198.51.100.23",
}
NEEDLES = (
    LOOPBACK_OF_THE_TABLET,
    "Marker-Tablet-7731",
    "marker-cookie-4482",
    "marker-referer-5519",
    "zz-marker-1180",
    "198.51.100.23",
    "marker-query-9931",
)
WORDS = "planted words 3307"


def _ask(school: School, method: str, path: str, body: str = "") -> tuple[int, str]:
    address = urllib.parse.urlsplit(school.url)
    tablet = http.client.HTTPConnection(
        str(address.hostname),
        address.port,
        source_address=(LOOPBACK_OF_THE_TABLET, 0),
        timeout=PATIENCE_SECONDS,
    )
    headers = MARKED | {"Origin": school.url}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    tablet.request(method, path, body=body or None, headers=headers)
    answer = tablet.getresponse()
    text = answer.read().decode()
    assert answer.getheader("Set-Cookie") is None
    tablet.close()
    return answer.status, text


def test_nothing_of_the_tablet_is_left_in_any_database_or_log(school: School) -> None:
    assert _ask(school, "GET", "/report/ks3/en?from=marker-query-9931")[0] == 308
    status, page = _ask(school, "GET", "/report/ks3/en")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert status == 200
    assert nonce
    form = {"nonce": nonce[1], "concern": "other", "words": WORDS}
    body = urllib.parse.urlencode(form)
    second = time.strftime("%H:%M:%S").encode()
    assert _ask(school, "POST", "/report/ks3/en", body)[0] == 200
    assert _ask(school, "POST", "/report/ks9/en", body)[0] == 404
    files = {path: path.read_bytes() for path in school.data_dir.rglob("*") if path.is_file()}
    told = id_of_sent(read_site_key(school.data_dir / "site.key"), "ks3", "en", form).hex.encode()
    assert any(told in held for held in files.values()), "the control: that something was told can be found"
    assert not [path.name for path, held in files.items() if WORDS.encode() in held], "what was told cannot"
    for path, held in files.items():
        for needle in (*NEEDLES, nonce[1]):
            assert needle.encode() not in held, f"{needle} in {path.name}"
    reports = b"".join(held for path, held in files.items() if path.name.startswith("reports.sqlite"))
    assert second not in reports + files[school.data_dir / "server.log"]
    with sqlite3.connect(school.data_dir / "school.sqlite") as connection:
        pupils = [id for (id,) in connection.execute("select id from pupil")]
    connection.close()
    assert len(pupils) == 132
    assert not [id for id in pupils if id.encode() in reports], "a report leads to no pupil"
