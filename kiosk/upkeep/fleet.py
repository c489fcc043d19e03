"""What is done with many schools at once: the doctor of each, and an update, of one of them first (ADR 48)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from werkzeug.test import Client

from kiosk.config import Config, SettingError
from kiosk.host.log_lines import working_for
from kiosk.many_schools import SharedContent, refuse_equal_keys
from kiosk.site import Content
from kiosk.start import closing_databases, open_databases
from kiosk.storage.outages import kind_of
from kiosk.storage.schema import each_database, is_behind
from kiosk.upkeep.doctor.checks import BROKEN, Finding, examine, in_one_line, run_check
from kiosk.upkeep.running import running
from kiosk.upkeep.update import update_data
from kiosk.upkeep.upgrading import upgrade_unfinished
from kiosk.wsgi import create_wsgi

AT_ONCE = (
    16  # schools: most of a check's time is waiting for other machines, and each may hold three connections
)
PAGES = ("/", "/learn/", "/report/", "/staff/sign-in")
Reading = Callable[[Config], Content]


def examine_schools(schools: Mapping[str, Config]) -> Iterator[tuple[str, list[Finding]]]:
    """Each school by its host with what its doctor finds; whatever is wrong with one keeps no other from its turn."""
    read = SharedContent().of
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = threads.map(lambda host: _examine(host, schools[host], read), schools)
        yield from zip(schools, found, strict=True)


def check_keys(schools: Mapping[str, Config]) -> Finding:
    """Whether each school has a key of its own, without which no server of all of them starts."""
    return run_check("site keys", lambda: refuse_equal_keys(schools))


def upgrade_schools(
    schools: Mapping[str, Config], first: str, *, even_in_class: bool = False
) -> Iterator[Finding]:
    """Update one school, look whether it is well, then update the others; a line for each step or school.

    Raises SettingError at the first that fails, with those that are done and those that were not begun. The others are
    as they were; again, it goes on there.
    """
    read, done = SharedContent().of, list[str]()
    waiting = [first, *(host for host in schools if host != first)]
    while waiting:
        host = waiting.pop(0)
        try:
            with working_for(host):
                steps = _upgrade_first if host == first else _upgrade_next
                yield from steps(host, schools[host], even_in_class, read)
        except Exception as error:  # a migration can raise anything; the others must be named all the same
            raise SettingError(
                f"{host}: {_said(error)}\ndone: {_listed(done)}\nnot begun: {_listed(waiting)}\n"
                "Once that is put right, run it again: it goes on from here."
            ) from None
        done.append(host)


def _examine(host: str, config: Config, read: Reading) -> list[Finding]:
    found: list[Finding] = []
    with working_for(host):
        try:
            found.extend(examine(config, open_databases, read))
        except Exception as error:  # a word or an address could stand in its message
            found.append(Finding(False, f"doctor: {_said(error)}"))
    return found


def _upgrade_first(host: str, config: Config, even_in_class: bool, read: Reading) -> Iterator[Finding]:
    before = _red(_examine(host, config, read))
    for step in update_data(config, even_in_class=even_in_class, read=read):
        yield Finding(step.good, f"{host}: {step.text}")
    yield Finding(True, f"{host}: {_open_pages(config, read(config))}")
    after = _red(_examine(host, config, read))
    if worse := [text for name, text in after.items() if name not in before]:
        raise SettingError(f"what was in order before is not now: {'; '.join(worse)}")
    yield Finding(True, f"{host}: doctor finds nothing that was in order before")


def _upgrade_next(host: str, config: Config, even_in_class: bool, read: Reading) -> Iterator[Finding]:
    with closing_databases(config) as databases:
        is_due = any(is_behind(*one) for one in each_database(databases))
    if not is_due and not upgrade_unfinished(config):
        yield Finding(True, f"{host}: of this version already")
        return
    steps = list(update_data(config, even_in_class=even_in_class, read=read))
    for step in steps:
        if not step.good:
            yield Finding(False, f"{host}: {step.text}")
    yield Finding(True, f"{host}: {steps[-1].text}")


def _open_pages(config: Config, content: Content) -> str:
    """Raise SettingError unless pages of the school open as they would for a browser."""
    with running(config), closing_databases(config) as databases:
        browser = Client(create_wsgi(config, databases, content))
        for path in PAGES:
            if (status := browser.get(path, base_url=config.public_url).status_code) != 200:
                raise SettingError(f"the page {path} answers {status}")
    return f"{len(PAGES)} pages open"


def _red(found: Sequence[Finding]) -> dict[str, str]:
    """What is not in order, by the name of its check."""
    return {one.text.partition(":")[0]: one.text for one in found if not one.good}


def _said(error: Exception) -> str:
    return in_one_line(error) if isinstance(error, BROKEN) else kind_of(error)


def _listed(hosts: Sequence[str]) -> str:
    return ", ".join(hosts) or "none"
