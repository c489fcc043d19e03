"""`python -m tools.fleet [WORD...]`: break everything, or what has one of these words in its name; a line for each."""

import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from aiosmtpd.controller import Controller

from kiosk.config import Config
from kiosk.sealing.site_key import read_site_key
from kiosk.start import read_content
from tests.mail_server import Postbox
from tools.fleet.cluster import KIOSK_NODES, Cluster, School, running_cluster, wait_until
from tools.fleet.counts import lost_answers, lost_reports, miscounted_mails
from tools.fleet.faults import Fault, every_fault
from tools.fleet.ledger import ANSWER, MAIL, REPORT, Ledger
from tools.fleet.machine import GATEWAY, in_own_network
from tools.fleet.people import FleetBrowser, Tester

MAIL_PORT = 25
CHILDREN = (26, 4)
SETTLE_SECONDS = 15
BOUND_SECONDS = 25 * 60  # after which no more faults begin
MAIL_EVERY_SECONDS = 2
NOTHING_FOUND = (
    "find an answer for these pictures"  # content/report/replies.en.yml, of pictures that open nothing
)
HEAD = (
    "fault",
    "answers, gap s",
    "reports, gap s",
    "new leader s",
    "acknowledged",
    "lost",
    "doubled mails",
    "other errors",
)


def break_everything(words: Sequence[str], folder: Path) -> bool:
    """Whether nothing was lost or doubled, and nothing answered with another error than 503."""
    ledger, postbox, over = Ledger(folder / "acknowledged"), Postbox(), threading.Event()
    mail = Controller(postbox, hostname=GATEWAY, port=MAIL_PORT)
    mail.start()
    disks = folder / "disks"
    disks.mkdir()
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
        queue = threading.Thread(target=_queue_mails, args=(cluster, ledger, over))
        queue.start()
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
    before, odd = {kind: ledger.counted(kind) for kind in (ANSWER, REPORT)}, ledger.odd.total()
    leaders = _Leaders(cluster)
    began = time.monotonic()
    fault.happen(cluster)
    wait_until(cluster.is_well, f"{fault.name}: it is not as before")
    time.sleep(SETTLE_SECONDS)
    gaps = [ledger.gap(kind, began) for kind in (ANSWER, REPORT)]
    lost = (
        lost_answers(cluster, ledger)
        + lost_reports(cluster, ledger)
        + _ways_back_lost(cluster, people, browser)
    )
    lost += len(ledger.lost_at_once)
    counted = "/".join(str(ledger.counted(kind) - before[kind]) for kind in (ANSWER, REPORT))
    errors = ledger.odd.total() - odd
    _say((fault.name, *(f"{gap:.1f}" for gap in gaps), leaders.end(), counted, str(lost), str(errors)))
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
            _status, _leads, page = asking.send("", "/report/replies/en", {"picture": pictures})
            lost += NOTHING_FOUND in page or not page
    return lost


class _Leaders:
    """Watches which machine leads, and how long it took until another one did."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._first, self._began = cluster, cluster.leader(), time.monotonic()
        self._changed, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> str:
        """The seconds until there was another leader, or a dash where it stayed."""
        self._over.set()
        self._thread.join()
        return f"{self._changed:.1f}" if self._changed else "-"

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            now = self._cluster.leader()
            if now and now != self._first and not self._changed:
                self._changed = time.monotonic() - self._began


def _queue_mails(cluster: Cluster, ledger: Ledger, over: threading.Event) -> None:
    """Queue a mail to an address of its own again and again; each has to come once."""
    number = 0
    while not over.wait(MAIL_EVERY_SECONDS):
        number += 1
        address = f"mail-{number}@fleet.example"
        row = f"gen_random_uuid(), gen_random_uuid(), '{address}', 'news'"
        ledger.note(MAIL, address)
        try:
            cluster.sql(
                f"INSERT INTO outbox_row (id, report_id, address, kind) VALUES ({row})",  # nosec B608
                f"{cluster.schools[0].word}_reports",
            )
        except (RuntimeError, OSError):
            continue
        ledger.acknowledge(MAIL, address)


def _say(cells: Sequence[str]) -> None:
    sys.stdout.write(" | ".join(cells) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    in_own_network()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="kiosk-fleet-", dir="/dev/shm") as name:  # nosec B108
        sys.exit(0 if break_everything(sys.argv[1:], Path(name)) else 1)
