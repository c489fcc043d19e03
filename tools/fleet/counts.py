"""What is there, counted against the list of what was acknowledged.

`python -m tools.fleet.counts FOLDER`, on a machine, prints what its intake holds.
"""

import sys
from collections import Counter
from pathlib import Path

from kiosk.report.intake.store import FILE, IntakeStore
from kiosk.storage.db import open_database
from tests.mail_server import Postbox
from tools.fleet.cluster import KIOSK_NODES, Cluster
from tools.fleet.ledger import ANSWER, MAIL, REPORT, TICK, Ledger

TALLY = (
    "SELECT class_group_id, quiz_id, question_id, option_id, sum(count) FROM answer_tally GROUP BY 1, 2, 3, 4"
)
TICKS = "SELECT pupil_id, quiz_id, question_id FROM question_met WHERE met_on IS NOT NULL"


def lost_answers(cluster: Cluster, ledger: Ledger) -> dict[str, int]:
    """How many acknowledged answers no tally counts, and how many acknowledged ticks no child has."""
    answers, given = ledger.until_now(ANSWER), ledger.until_now(TICK)
    tallied, ticks = Counter[str](), set[str]()
    for school in cluster.schools:
        for *key, count in cluster.sql(TALLY, f"{school.word}_school"):
            tallied["|".join([school.word, *key])] = int(count)
        ticks |= {"|".join([school.word, *key]) for key in cluster.sql(TICKS, f"{school.word}_school")}
    return {
        ANSWER: (answers - tallied).total(),
        TICK: len(given.keys() - ticks),
    }


def lost_reports(cluster: Cluster, ledger: Ledger) -> int:
    """How many acknowledged reports are neither in their database nor in the intake of a node."""
    acknowledged, there = ledger.until_now(REPORT), set[str]()
    for school in cluster.schools:
        ids = list[str]()
        for name in KIOSK_NODES:  # before the database, to which they pass
            ids += cluster.python(name, "-m", "tools.fleet.counts", f"/var/lib/kiosk/{school.word}").split()
        ids += [id for (id,) in cluster.sql("SELECT id FROM report", f"{school.word}_reports")]
        there |= {f"{school.word}|{id}" for id in ids}
    return len(acknowledged.keys() - there)


def miscounted_mails(postbox: Postbox, ledger: Ledger) -> tuple[int, int]:
    """Of the mails that were queued one by one: how many did not come, and how many came more than once."""
    came = Counter(address for address in postbox.receivers if address in ledger.acknowledged[MAIL])
    missing = ledger.acknowledged[MAIL].keys() - came.keys()
    return len(missing), sum(count - 1 for count in came.values())


def held(folder: Path) -> list[str]:
    """The ids of what the intake in a folder holds."""
    database = open_database(f"sqlite:///{folder}/{FILE}")
    try:
        store = IntakeStore(database)
        return [str(id) for slot in store.slots() for id in store.ids(slot)]
    finally:
        database.engine.dispose()


if __name__ == "__main__":
    sys.stdout.write("\n".join(held(Path(sys.argv[1]))))
