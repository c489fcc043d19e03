"""Coming back at a real server: a crowd keeps nobody from telling, and one child's look shows at no other tablet."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import mean, median
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.faults.figures import FULL, reached, trials
from tests.faults.school import make_school
from tests.pages import Page
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, running_kiosk

CROWD = 100
CHILDREN = trials(6, 30)
TOLD = trials(10, 100)
LOOKS = 120  # half of them while a child looks, the others while a child only opens the page
SHUFFLES = 4000
CERTAIN = 0.001
OLD_STEP_SECONDS = 5 / 60  # what one child's look-up once added to the wait of the next
RIGHT, WAITING, WRONG = "Nobody has written back yet", 'id="waiting"', "find an answer for these pictures"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a school whose report page is open."""
    config = make_school(tmp_path / "data")
    with reserved_port() as port:
        url = f"http://{HOST}:{port}"
        settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": url}
        with running_kiosk(
            "serve", "--port", str(port), port=port, settings=settings, log=tmp_path / "server.log"
        ):
            yield url


def _post(url: str, form: Sequence[tuple[str, str]]) -> str:
    """Send a form as a tablet does, and return the page; an answer of 400 or more raises."""
    request = Request(url, urlencode(form).encode(), {"Sec-Fetch-Site": "same-origin"})
    with urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        return str(answer.read().decode())


def _told(url: str, number: int) -> list[tuple[str, str]]:
    """A child tells and wants an answer; returns the six pictures as a form sends them."""
    form = (("concern", "bullying"), ("reply", "yes"), ("nonce", f"coming-back-{number:016d}"))
    shown = [
        one.attrs.get("data-pictures", "") for one in Page(_post(f"{url}/report/ks2/en", form)).all("ol")
    ]
    return [("picture", one) for one in " ".join(shown).split()]


def _wrong(chance: Random) -> list[tuple[str, str]]:
    names = ["turtle", "kite", "lemon", "train", "owl", "bucket"]
    return [("picture", chance.choice(names)) for _ in range(6)]


def _come_back(url: str, form: list[tuple[str, str]], pages: list[str]) -> None:
    """Look as a tablet does; in a school that has not guessed nobody is asked to wait."""
    pages.append(_post(f"{url}/report/replies/en", form))


def _guess(url: str, number: int, stop: threading.Event, seen: list[str]) -> None:
    chance = Random(number)
    while not stop.is_set():
        page = _post(f"{url}/report/replies/en", _wrong(chance))
        seen.append("waits" if WAITING in page else "looked" if WRONG in page else page)


def test_a_class_comes_back_together_and_each_child_gets_the_own_answer(server: str) -> None:
    """Twelve at once were answered 429."""
    mine = [_told(server, number) for number in range(CHILDREN)]
    pages: list[str] = []
    tablets = [threading.Thread(target=_come_back, args=(server, form, pages)) for form in mine]
    began = time.monotonic()
    for tablet in tablets:
        tablet.start()
    for tablet in tablets:
        tablet.join(PATIENCE_SECONDS)
    reached("coming back", f"{CHILDREN} at once, all through after {time.monotonic() - began:.0f} s")
    assert [RIGHT in page for page in pages] == [True] * CHILDREN


def test_beside_a_hundred_tablets_that_look_everybody_who_tells_is_heard(server: str) -> None:
    stop, seen = threading.Event(), [list[str]() for _ in range(CROWD)]
    crowd = [
        threading.Thread(target=_guess, args=(server, number, stop, seen[number]), daemon=True)
        for number in range(CROWD)
    ]
    for tablet in crowd:
        tablet.start()
    took = []
    for number in range(TOLD):
        began = time.monotonic()
        assert len(_told(server, number)) == 6
        took.append(time.monotonic() - began)
    stop.set()
    for tablet in crowd:
        tablet.join(PATIENCE_SECONDS)
    answers = [one for tablet in seen for one in tablet]
    assert set(answers) <= {"waits", "looked"}, "nobody is refused"
    assert answers.count("waits") > CROWD, "the control: there was a crowd"
    reached("telling beside a crowd", f"{len(answers)} look-ups asked for, told in {median(took):.2f} s")


def _p_value(chance: Random, one: list[float], other: list[float]) -> float:
    """How often chance alone makes two groups so different in their means (a permutation test)."""
    both, apart = [*one, *other], abs(mean(one) - mean(other))
    as_far = 0
    for _ in range(SHUFFLES):
        chance.shuffle(both)
        as_far += abs(mean(both[: len(one)]) - mean(both[len(one) :])) >= apart - 1e-9
    return as_far / SHUFFLES


def _open_page(url: str, pages: list[str]) -> None:
    with urlopen(f"{url}/report/replies/en", timeout=PATIENCE_SECONDS) as answer:
        pages.append(answer.read().decode())


@pytest.mark.skipif(not FULL, reason="looks for more than a minute: make faults")
def test_a_tablet_that_looks_cannot_tell_from_its_own_wait_whether_a_child_looks(server: str) -> None:
    mine, anothers, chance = _told(server, 1), _told(server, 2), Random(11)
    arms = [True, False] * (LOOKS // 2)
    chance.shuffle(arms)
    waits: dict[bool, list[float]] = {True: [], False: []}
    for child_looks in arms:
        pages: list[str] = []
        does, what = (_come_back, (server, mine, pages)) if child_looks else (_open_page, (server, pages))
        child = threading.Thread(target=does, args=what)
        child.start()
        began = time.monotonic()
        assert RIGHT in _post(f"{server}/report/replies/en", anothers), "it never has to stand in line"
        waits[child_looks].append(time.monotonic() - began)
        child.join(PATIENCE_SECONDS)
        assert (RIGHT in pages[0]) == child_looks
    difference = abs(mean(waits[True]) - mean(waits[False]))
    p = _p_value(chance, waits[True], waits[False])
    planted = _p_value(chance, [one + OLD_STEP_SECONDS for one in waits[True]], waits[False])
    reached(
        "seen at another tablet",
        f"{LOOKS} looks, {difference * 1000:.1f} ms apart, p {p:.3f}, 83 ms: {planted}",
    )
    assert planted <= CERTAIN, "the control: what was wrong is found by this test"
    assert p > CERTAIN
