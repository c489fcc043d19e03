"""Classes that are led, measured over HTTP: tablets come in by the code, ask where the class is, and go along."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.demo.people import new_key
from kiosk.demo.school import read_demo
from kiosk.lessons.lesson import Lesson
from kiosk.roles import Role
from kiosk.sealing.site_key import read_site_key
from kiosk.start import closing_databases, read_content
from tools.bench.crowd import Visitor, go_together
from tools.bench.crowd import tablets as telling
from tools.bench.led_tablet import Browser, Desk, Tablet
from tools.bench.school import sign_in_readers
from tools.bench.served import KIOSK, Served, served

ALLOWED_JOINING, ALLOWED_STEP = 60.0, 2000  # seconds for all, milliseconds (p95)


@dataclass(frozen=True)
class LedSize:
    """How many classes of how many tablets are led, how many steps of so many seconds, beside how many reports."""

    classes: int = 3
    tablets: int = 30
    steps: int = 4
    seconds: float = 6
    reports: int = 30


@dataclass(frozen=True)
class LedTimes:
    """What was measured of classes that are led."""

    joined: float  # seconds from the first tap of the teacher until every tablet of every class was in
    steps: tuple[float, ...]  # seconds from "next" until each tablet showed the step, sorted
    requests: tuple[float, ...]  # seconds of each request while all were at work, sorted
    failures: tuple[str, ...]
    processor: float  # seconds of the server for each tablet and minute of asking


def led_classes(config: Config, size: LedSize) -> LedTimes:
    """Lead as many classes at once, with reports beside them."""
    content, chance = read_content(config), Random(14)
    (teacher,) = sign_in_readers(config, 1, {Role.COORDINATOR})
    with served(config, KIOSK) as server:
        groups = classes_with_keys(config, size)
        lessons = [
            next(
                one
                for one in content.lessons.values()
                if one.band == group["band"] and len(one.steps) >= size.steps and not one.quiet
            )
            for group in groups
        ]
        desks = _desks(server, teacher.cookie, [str(group["name"]) for group in groups])
        start = time.monotonic()
        codes = [desk.begin(lesson) for desk, lesson in zip(desks, lessons, strict=True)]
        crowd = [
            [Tablet(Browser(server.port), child, chance) for child in one["pupils"][: size.tablets]]
            for one in groups
        ]
        _at_once(
            [
                partial(tablet.come_in, code)
                for tablets, code in zip(crowd, codes, strict=True)
                for tablet in tablets
            ]
        )
        joined = time.monotonic() - start
        everybody = [tablet for tablets in crowd for tablet in tablets]
        for tablet in everybody:
            tablet.browser.took.clear()
        used, began = server.processor_seconds(), time.monotonic()
        steps, reports = _lead(server, size, desks, crowd, lessons, chance)
        minutes = (time.monotonic() - began) / 60 * len(everybody)
        spent = server.processor_seconds() - used
        for browser in (desks[0].browser, *(tablet.browser for tablet in everybody)):
            browser.close()
    took = [took for tablet in everybody for _kind, took in tablet.browser.took]
    took += [took for visitor in reports for _kind, took in visitor.took]
    failures = [failed for tablet in everybody for failed in tablet.browser.failed]
    failures += [failed for visitor in reports for failed in visitor.failed]
    return LedTimes(joined, tuple(sorted(steps)), tuple(sorted(took)), tuple(failures), spent / minutes)


def _lead(
    server: Served,
    size: LedSize,
    desks: Sequence[Desk],
    crowd: Sequence[Sequence[Tablet]],
    lessons: Sequence[Lesson],
    chance: Random,
) -> tuple[list[float], list[Visitor]]:
    """Bring every class from step to step: how long each tablet took to follow, and who told something meanwhile."""
    over, steps = threading.Event(), list[float]()
    reports = list(telling(size.reports, size.seconds * size.steps, chance))
    with _working([partial(tablet.go_on, over) for tablets in crowd for tablet in tablets], over):
        telling_thread = threading.Thread(target=go_together, args=(reports, server.port))
        telling_thread.start()
        for place in range(1, size.steps + 1):
            tapped = [desk.next() for desk in desks]
            time.sleep(size.seconds)
            for tablets, at, lesson in zip(crowd, tapped, lessons, strict=True):
                steps += [
                    tablet.arrived[page] - at for tablet in tablets for page in _pages(tablet, lesson, place)
                ]
        telling_thread.join()
    missing = size.steps * sum(map(len, crowd)) - len(steps)
    return steps + [size.seconds] * missing, reports


def _pages(tablet: Tablet, lesson: Lesson, place: int) -> list[str]:
    """The address of a step, where a tablet has shown it: a question has an address of its own."""
    of = getattr(lesson.steps[place - 1], "of", "")
    page = f"/learn/quizzes/{lesson.quiz}/{of}" if of else f"/learn/lessons/{lesson.id}/{place}"
    return [page] if page in tablet.arrived else []


def _desks(server: Served, cookie: str, names: Sequence[str]) -> list[Desk]:
    """The pages on which the classes of these names are led."""
    browser = Browser(server.port, dict([part.split("=", 1) for part in cookie.split("; ")]))
    _status, _leads, page = browser.send("leading", "/staff/classes/")
    found = {name: address for address, name in re.findall(r'href="(/staff/classes/[\w-]+)">([^<]+)<', page)}
    return [Desk(browser, f"{found[name]}/lesson") for name in names]


def classes_with_keys(config: Config, size: LedSize) -> list[dict[str, Any]]:
    """Classes of children with keys, as the demo lists them; children are added where there are too few."""
    listed = [one for one in read_demo(config)["classes"] if one["band"] != Band.KS1][: size.classes]
    things, site_key = read_content(config).pictures.keys, read_site_key(config.key_path)
    with closing_databases(config) as databases, databases.school.write() as session:
        for one in listed:
            group = session.scalars(select(ClassGroup).where(ClassGroup.name == one["name"])).one()
            for number in range(len(one["pupils"]), size.tablets):
                pupil = Pupil(
                    class_group=group, first_name=f"Child {number}", picture=things[number % len(things)]
                )
                session.add(pupil)
                session.flush()
                key = new_key(session, pupil, site_key, things)
                one["pupils"].append({"name": pupil.first_name, "key": key})
    return listed


def _at_once(work: Sequence[Callable[[], None]]) -> None:
    with _working(work, threading.Event()):
        pass


@contextmanager
def _working(work: Sequence[Callable[[], None]], over: threading.Event) -> Iterator[None]:
    """Everybody works until it is over."""
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
