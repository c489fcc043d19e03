"""What is there, counted against the list of what was acknowledged."""

from collections import Counter
from pathlib import Path

from kiosk.report.intake.store import FILE, IntakeStore
from kiosk.storage.db import open_database
from tests.mail_server import Postbox
from tools.fleet.cluster import KIOSK_NODES, Cluster
from tools.fleet.ledger import ANSWER, MAIL, REPORT, Ledger

TALLY = (
    "SELECT class_group_id, quiz_id, question_id, option_id, sum(count) FROM answer_tally GROUP BY 1, 2, 3, 4"
)


def lost_answers(cluster: Cluster, ledger: Ledger) -> int:
    """How many acknowledged answers no tally counts."""
    there = Counter[str]()
    for school in cluster.schools:
        for *key, count in cluster.sql(TALLY, f"{school.word}_school"):
            there["|".join([school.word, *key])] = int(count)
    return sum((ledger.acknowledged[ANSWER] - there).values())


def lost_reports(cluster: Cluster, ledger: Ledger) -> int:
    """How many acknowledged reports are neither in their database nor in the intake of a node."""
    there = set[str]()
    for school in cluster.schools:
        rows = cluster.sql("SELECT id FROM report", f"{school.word}_reports")
        there |= {f"{school.word}|{id}" for (id,) in rows}
        for name in KIOSK_NODES:
            there |= {
                f"{school.word}|{id}"
                for id in _held(cluster.machines[name].root / f"var/lib/kiosk/{school.word}")
            }
    return len(ledger.acknowledged[REPORT].keys() - there)


def miscounted_mails(postbox: Postbox, ledger: Ledger) -> tuple[int, int]:
    """Of the mails that were queued one by one: how many did not come, and how many came more than once."""
    came = Counter(address for address in _receivers(postbox) if address in ledger.acknowledged[MAIL])
    missing = ledger.acknowledged[MAIL].keys() - came.keys()
    return len(missing), sum(count - 1 for count in came.values())


def _receivers(postbox: Postbox) -> list[str]:
    return [address for addresses, _ in list(postbox.mails) for address in addresses]


def _held(folder: Path) -> set[str]:
    database = open_database(f"sqlite:///{folder}/{FILE}")
    try:
        store = IntakeStore(database)
        return {str(id) for slot in store.slots() for id in store.ids(slot)}
    finally:
        database.engine.dispose()
