"""PostgreSQL goes away under a class, in four ways, and comes back; children tell all the while (promise D10)."""

import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Report
from tests.factories import SITE_KEY
from tests.faults.away_class import (
    THANKS,
    TOLD,
    UNTOLD,
    Browser,
    Telling,
    fetch,
    together,
    wait_for_all,
    wait_for_any,
)
from tests.faults.away_postgres import Cluster, running_cluster
from tests.faults.away_school import make_away_school
from tests.faults.figures import FULL, reached, trials
from tests.faults.merger import merger_of
from tests.report.sent_ids import id_of_sent
from tests.serving import reserved_port, running_kiosk, running_worker, wait_until

CHILDREN = trials(4, 30)
AWAY_SECONDS = trials(4, 120)
PAUSE_SECONDS = trials(2, 10) / 10
MOST_LOG_BYTES = 1_000_000
BACK_SECONDS = 5
LESSON = "/learn/lessons/ks2-bullying-upstander"
CHILD = ("/learn/lessons/", f"{LESSON}/1", "/learn/lessons/all")
STAFF = ("/staff/", "/staff/classes/", "/staff/lessons/")
WAYS: dict[str, Callable[[Cluster], AbstractContextManager[None]]] = {
    "stopped": Cluster.stopped,
    "never accepted": Cluster.full,
    "accepted and never answered": Cluster.swallowing,
    "hung": Cluster.hung,
}
TRIED = list(WAYS)[: trials(2, len(WAYS))]


@pytest.mark.parametrize("way", TRIED)
def test_postgresql_goes_away_under_a_class_and_comes_back(way: str, tmp_path: Path) -> None:
    with ExitStack() as held:
        database_port, port = (held.enter_context(reserved_port()) for _ in range(2))
        cluster = held.enter_context(running_cluster(database_port))
        school = make_away_school(tmp_path / "data", CHILDREN, cluster.settings)
        pages, worker = tmp_path / "pages.log", tmp_path / "worker.log"
        serve = ("serve", "--port", str(port))
        held.enter_context(running_kiosk(*serve, port=port, settings=school.environment, log=pages))
        held.enter_context(running_worker(school.environment, worker))
        stop = threading.Event()
        held.callback(stop.set)
        people = [Browser(port, stop, PAUSE_SECONDS, one, CHILD) for one in school.pupils]
        people += [Browser(port, stop, PAUSE_SECONDS, one, STAFF) for one in school.staff]
        telling = Telling(port, stop, PAUSE_SECONDS)
        for one in (*people, telling):
            one.start()
        wait_for_all(people, "200")
        wait_for_all([telling], TOLD)
        with WAYS[way](cluster):
            wait_for_all(people, "503")
            wait_for_all([telling], UNTOLD)
            found_out = together([*people, telling])
            stop.wait(AWAY_SECONDS)  # nobody sets it: how long it is away is what is tried
            wait_for_all([telling], UNTOLD)
            away, told = together(people), telling.taken()
            health = fetch(port, "/healthz")
        back = wait_for_any(people, "200")
        all_back = back + wait_for_all(people, "200")
        wait_for_all([telling], TOLD)
        stop.set()
        for one in (*people, telling):
            one.join()
        kept = _kept(school.config)
        lines = len(worker.read_text(encoding="utf-8").splitlines())
        log_bytes = pages.stat().st_size + worker.stat().st_size
    reached(
        f"PostgreSQL {way} for {AWAY_SECONDS} s under {CHILDREN} children and {len(STAFF)} staff",
        f"answers {dict(away.answers)}, the slowest in {away.slowest:.1f} s; children who tell: "
        f"{dict(told.answers)}, the slowest in {told.slowest:.1f} s; until all had noticed "
        f"{dict(found_out.answers)}, the slowest in {found_out.slowest:.1f} s; log {log_bytes} bytes, of the worker "
        f"{lines} lines; back after {back:.1f} s, for all after {all_back:.1f} s",
    )
    assert set(away.answers) == {"503"}, away
    assert set(found_out.answers) <= {"200", "503", THANKS, TOLD, UNTOLD}, found_out
    assert set(told.answers) == {THANKS, UNTOLD}, told
    assert health[0].status == 503
    assert (
        back < BACK_SECONDS or not FULL
    )  # a busy machine is no reason to fail where it is not what is measured
    assert log_bytes < MOST_LOG_BYTES
    assert kept == sorted(id_of_sent(SITE_KEY, "ks2", "en", form) for form in telling.thanked)


def _kept(config: Config) -> list[uuid.UUID]:
    """What the worker has merged of those in danger, and then the rest; each as often as it is there."""
    with merger_of(config) as intake:
        wait_until(
            lambda: not any(slot.urgent for slot in intake.intake_store.slots()),
            lambda: "the worker leaves somebody in danger in the intake",
        )
        intake.merge_all()
        assert intake.held() == set()
        with intake.reports.session(write=False) as session:
            alerted = set(session.scalars(select(OutboxRow.report_id)))
            reports = session.scalars(select(Report.id)).all()
    assert set(reports) <= alerted, "each with its alerts"
    return sorted(reports)
