"""kill -9 of whatever serves, works, merges or mails: what was acknowledged is there, once (promises D1, A15)."""

import itertools
import threading
import time
from pathlib import Path
from random import Random

from tests.faults.figures import reached, trials
from tests.faults.kill_counts import count
from tests.faults.kill_processes import Site
from tests.faults.kill_school import make_staffed_school
from tests.faults.kill_tellers import Teller
from tests.mail_server import MailServer
from tests.serving import wait_until

KILLS = trials(6, 200)  # 1,800 more in test_kill_direct.py
ACKNOWLEDGED = trials(120, 4_000)  # twenty a second are taken
TELLERS = trials(8, 40)
PAUSE_SECONDS = trials(4, 10) / 10  # on average, between two kills
# Of every hundred; the first five are one of each, so that the small trial kills every kind.
KINDS = (
    *("serves", "merger", "mailer", "master", "worker"),
    *(["serves", "merger", "serves"] * 27 + ["mailer"] * 8 + ["worker"] * 5 + ["master"]),
)


def test_no_acknowledged_report_is_lost_or_doubled_by_kill_9_over_http(tmp_path: Path) -> None:
    config = make_staffed_school(tmp_path / "data")
    mail_server = MailServer()
    site = Site(config, mail_server.url)
    stop = threading.Event()
    try:
        site.wait_until_it_answers()
        tellers = [Teller(number, site.port, stop) for number in range(TELLERS)]
        started = time.monotonic()
        for teller in tellers:
            teller.start()
        kills = _kill(site, tellers)
        stop.set()
        for teller in tellers:
            teller.join()
        seconds = time.monotonic() - started
        site.stop()
        mailing = config.model_copy(update={"smtp_url": mail_server.url})
        counted = count(mailing, itertools.chain.from_iterable(teller.acknowledged for teller in tellers))
    finally:
        stop.set()
        site.stop()
        mail_server.stop()
    again, twice = sum(teller.again for teller in tellers), sum(teller.twice for teller in tellers)
    reached(
        "kill -9 over HTTP", f"{kills}, {counted}, {seconds:.0f} s, {again} sent again, {twice} tapped twice"
    )
    assert sum(kills.values()) >= KILLS
    assert counted.acknowledged >= ACKNOWLEDGED
    assert counted.nothing_amiss
    assert [odd for teller in tellers for odd in teller.odd] == []
    assert mail_server.postbox.mails


def _kill(site: Site, tellers: list[Teller]) -> dict[str, int]:
    chance = Random(20)
    ways = {
        "serves": lambda: site.kill_one_that_serves(chance),
        "master": site.kill_master,
        "worker": site.kill_worker,
        "mailer": site.kill_mailer,
        "merger": site.kill_merger,
    }
    kills = dict.fromkeys(ways, 0)
    kinds = itertools.cycle(KINDS)

    def taken() -> int:
        return sum(len(teller.acknowledged) for teller in tellers)

    def wait_for(acknowledged: float) -> None:
        wait_until(lambda: taken() >= acknowledged, lambda: f"{taken()} of {acknowledged} were acknowledged")

    while (killed := sum(kills.values())) < KILLS:
        wait_for(ACKNOWLEDGED * killed / KILLS)  # however slow the machine, each kill meets a site at work
        time.sleep(chance.uniform(0, 2 * PAUSE_SECONDS))
        kind = next(kinds)
        kills[kind] += ways[kind]()
    wait_for(ACKNOWLEDGED)
    return kills
