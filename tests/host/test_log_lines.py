"""Of many schools each line of the log begins with the host of its school, and each has its own lines (promise M3)."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from kiosk.host.log_lines import name_schools, school_of_thread, working_for
from kiosk.storage.outages import LogThrottle
from kiosk.web.lanes import DRAWN, NotYet, has_turn


@pytest.fixture
def named() -> Iterator[None]:
    """Lines of the log name schools, for this test."""
    make = logging.getLogRecordFactory()
    name_schools()
    name_schools()  # a worker and a server in one process both say it
    yield
    logging.setLogRecordFactory(make)


def test_a_line_begins_with_the_host_whichever_logger_writes_it(
    named: None, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("kiosk.any").error("the %s broke", "disk")
    with working_for("a.example"):
        logging.getLogger("kiosk.other").error("the %s broke", "disk")
        logging.getLogger("kiosk.other").error(ValueError("100 %"))
    assert caplog.messages == ["the disk broke", "a.example: the disk broke", "a.example: 100 %"]


def test_a_thread_works_for_its_own_school_alone() -> None:
    def look(host: str) -> str:
        with working_for(host):
            return school_of_thread()

    hosts = [f"s{number}.example" for number in range(50)]
    with working_for("a.example"), ThreadPoolExecutor(8) as threads:
        assert list(threads.map(look, hosts)) == hosts
        assert list(threads.map(lambda _: school_of_thread(), hosts)) == [""] * len(hosts)


def test_what_one_school_said_keeps_no_line_of_another_from_the_log() -> None:
    once = LogThrottle()
    for host in ("", "a.example", "b.example"):
        with working_for(host):
            assert once.allows("OperationalError")
            assert not once.allows("OperationalError")


def test_each_school_has_lanes_of_its_own() -> None:
    def asked_to_wait_in(host: str, drawn: str = "") -> str:
        with app.test_request_context(environ_base={DRAWN: drawn}), working_for(host):
            try:
                return str(has_turn("codes 3"))
            except NotYet as wait:
                return wait.lane

    app = Flask("lanes")
    assert asked_to_wait_in("") == "codes 3"
    assert asked_to_wait_in("a.example") == "codes 3 a.example"
    assert asked_to_wait_in("a.example", "codes 3 a.example") == "True"
    assert asked_to_wait_in("b.example", "codes 3 a.example") == "False"
