"""`python -m tools.fleet [WORD...]`: break everything, or what has one of these words in its name; a line for each."""

import itertools
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
from aiosmtpd.controller import Controller

from kiosk.config import Config
from kiosk.sealing.site_key import read_site_key
from kiosk.start import read_content
from tests.mail_server import Postbox
from tools.fleet.cluster import KIOSK_NODES, Cluster, School, running_cluster, wait_until
from tools.fleet.counts import lost_answers, lost_reports, miscounted_mails
from tools.fleet.faults import Fault, every_fault
from tools.fleet.ledger import ANSWER, DIRECT, MAIL, REPORT, STEP, TICK, TOLD, WAITS, Ledger
from tools.fleet.machine import GATEWAY, in_own_network
from tools.fleet.people import FleetBrowser, Tester

MAIL_PORT = 25
CHILDREN = (26, 4)
SETTLE_SECONDS = 8
BOUND_SECONDS = 25 * 60  # after which no more faults begin
MAIL_EVERY_SECONDS = 0.5
NOTHING_FOUND = (
    "find an answer for these pictures"  # content/report/replies.en.yml, of pictures that open nothing
)
HEAD = (
    "fault",
    *(f"{one}, s" for one in WAITS),
    "acknowledged: answers, ticks, reports, steps",
    "lost",
    "errors",
)


def break_everything(words: Sequence[str], folder: Path) -> bool:
    """Whether nothing was lost or doubled, and nothing answered with another error than 503."""
    ledger, postbox, over = Ledger(folder / "acknowledged"), Postbox(), threading.Event()
    mail = Controller(postbox, hostname=GATEWAY, port=MAIL_PORT)
    mail.start()
    disks = folder / "disks"
    disks.mkdir()
    began = time.monotonic()
    with ExitStack() as stack:
        stack.callback(mail.stop)
        cluster = stack.enter_context(running_cluster(disks))
        names = [school.name for school in cluster.schools]
        addresses = [cluster.machines[name].address for name in KIOSK_NODES]

        def browser(number: int, school: School, cookie: str) -> FleetBrowser:
            nodes = addresses[number % 2 :] + addresses[: number % 2]
            return FleetBrowser(
                nodes, school, [name for name in names if name != school.name], ledger, cookie
            )

        keys = {
            school.host: read_site_key(cluster.machines["a"].root / f"var/lib/kiosk/{school.word}/site.key")
            for school in cluster.schools
        }
        people = Tester(browser, read_content(Config()), ledger)
        people.begin(cluster.schools, keys, list(CHILDREN))
        queue = threading.Thread(target=_queue_mails, args=(cluster, ledger, over), daemon=True)
        queue.start()
        _say((f"served {time.monotonic() - began:.0f} s after three empty disks",))
        _say(HEAD)
        try:
            good, began = True, time.monotonic()
            chosen = [
                one for one in every_fault(cluster) if not words or any(word in one.name for word in words)
            ]
            for fault in chosen:
                if time.monotonic() - began > BOUND_SECONDS:
                    _say((f"not tried, as the time is over: {fault.name}",))
                    continue
                good &= _try(fault, cluster, people, ledger, browser)
        finally:
            over.set()
            queue.join()
            people.end()
        wait_until(lambda: miscounted_mails(postbox, ledger)[0] == 0, "some mails do not come", 300)
        missing, doubled = miscounted_mails(postbox, ledger)
        _say(("mails", f"{ledger.counted(MAIL)} queued", f"{missing} lost", f"{doubled} doubled"))
        return good and not missing and not doubled


def _try(
    fault: Fault,
    cluster: Cluster,
    people: Tester,
    ledger: Ledger,
    browser: Callable[[int, School, str], FleetBrowser],
) -> bool:
    time.sleep(SETTLE_SECONDS)
    kinds = (ANSWER, TICK, REPORT, STEP)
    before, odd = [ledger.counted(kind) for kind in kinds], ledger.odd.total()
    began = time.monotonic()
    fault.happen(cluster)
    wait_until(cluster.is_well, f"{fault.name}: it is not as before")
    time.sleep(SETTLE_SECONDS)
    waits = (f"{ledger.longest_wait(kind, began):.1f}" for kind in WAITS)
    counted = (str(ledger.counted(kind) - there) for kind, there in zip(kinds, before, strict=True))
    lost = {
        **lost_answers(cluster, ledger),
        REPORT: lost_reports(cluster, ledger),
        "ways back": _ways_back_lost(cluster, people, browser),
        "on pages": len(ledger.lost_at_once),
    }
    lost = {kind: number for kind, number in lost.items() if number}
    errors = ledger.odd.total() - odd
    _say(
        (
            fault.name,
            *waits,
            "/".join(counted),
            ", ".join(f"{kind} {number}" for kind, number in lost.items()) or "0",
            str(errors),
        )
    )
    for said in (*ledger.lost_at_once, *(f"{count} times {what}" for what, count in ledger.odd.items())):
        _say(("", said))
    return not lost and not errors


def _ways_back_lost(
    cluster: Cluster, people: Tester, browser: Callable[[int, School, str], FleetBrowser]
) -> int:
    """Of the children who told last: how many find nothing on one of the nodes."""
    lost = 0
    for school, pictures in people.ways_back[-3:]:
        for number in range(len(KIOSK_NODES)):
            asking = browser(number, school, "")
            _status, _leads, page = asking.send(TOLD, "/report/replies/en", {"picture": pictures})
            lost += NOTHING_FOUND in page or not page
    return lost


def _queue_mails(cluster: Cluster, ledger: Ledger, over: threading.Event) -> None:
    """Queue mails, each to an address of its own, past all of kiosk: so it is seen too when nobody takes writes."""
    began = time.monotonic()
    for number in itertools.count():
        address = f"mail-{number}@fleet.example"
        ledger.note(MAIL, address)
        with suppress(psycopg.Error), cluster.connect(f"{cluster.schools[0].word}_reports") as connection:
            connection.execute(
                "INSERT INTO outbox_row (id, report_id, address, kind)"
                " VALUES (gen_random_uuid(), gen_random_uuid(), %s, 'news')",
                [address],
            )
            ledger.acknowledge(MAIL, address)
            ledger.waited(DIRECT, began)
            began = time.monotonic() + MAIL_EVERY_SECONDS
        if over.wait(max(0.1, began - time.monotonic())):
            return


def _say(cells: Sequence[str]) -> None:
    sys.stdout.write(" | ".join(cells) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    in_own_network()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="kiosk-fleet-", dir="/dev/shm") as name:  # nosec B108
        sys.exit(0 if break_everything(sys.argv[1:], Path(name)) else 1)
