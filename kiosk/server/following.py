"""Schools of a folder that a server follows: one that is added, changed or taken away is so within seconds.

The first process opens them, and new processes take the place of those that serve, which finish what they began. What
is wrong with a file changes nothing and is logged, so no school is closed by a mistake in the file of another.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.host.log_lines import name_schools
from kiosk.many_schools import in_one_line
from kiosk.report.list_in_memory import current_keyring
from kiosk.school_files import load_schools, stamp_of
from kiosk.storage.outages import kind_of
from kiosk.wsgi import ServedSchools

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Hold = Callable[[Config], AbstractContextManager[object]]
AGAIN_SECONDS = 5.0  # after which what could not be opened is tried again

log = logging.getLogger(__name__)


class FolderWatch:
    """Notices that files of a folder changed, and gives the settings of all schools until somebody has taken them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._seen = folder, stamp_of(folder)
        self._looks_at = 0.0

    def apply(self, take: Callable[[Mapping[str, Config]], object]) -> bool:
        """Whether files changed and `take` took what they say; what is wrong is logged, and tried again later."""
        if time.monotonic() < self._looks_at:
            return False
        try:
            found = stamp_of(self._folder)
            if found == self._seen:
                return False
            take(load_schools(sites_dir=self._folder))
        except Exception as error:  # an address or a word could stand in the message of any other
            plain = isinstance(error, SettingError | ContentError | OSError)
            said = " ".join(str(error).split()) if plain else kind_of(error)
            log.error("the schools stay as they were: %s", said)
            self._looks_at = time.monotonic() + AGAIN_SECONDS
            return False
        self._seen = found
        return True


class FollowedSchools:
    """The schools of a server, which are those of a folder, now and whenever its files change."""

    def __init__(self, schools: Mapping[str, Config], folder: Path, hold: Hold) -> None:
        """`hold`: what is entered for each school as long as it is served."""
        self._watch, self._hold = FolderWatch(folder), hold
        self._held: dict[str, ExitStack] = {}
        self.schools: Mapping[str, Config] = {}
        self._first = schools

    def load(self) -> "WSGIApplication":
        """What serves them, and later those of then; raises SettingError where one is not in order."""
        name_schools()
        self._hold_all(self._first)
        self._served = ServedSchools(self._first)
        self._read_lists(set(self._first))
        return self._served.application

    def renew(self) -> bool:
        """Whether from now on others are served than before."""
        return self._watch.apply(self._serve)

    def _serve(self, schools: Mapping[str, Config]) -> None:
        before = dict(self.schools)
        try:
            self._hold_all(schools)
            opened = self._served.serve(schools)
        except Exception:
            self._hold_all(before)
            raise
        self._read_lists(opened)

    def _hold_all(self, schools: Mapping[str, Config]) -> None:
        """Hold these and no others. Processes that serve a school that goes hold it with us, until they end."""
        for host in [host for host in self._held if schools.get(host) != self.schools[host]]:
            self._held.pop(host).close()
        self.schools = {host: config for host, config in self.schools.items() if host in self._held}
        for host, config in schools.items():
            if host not in self._held:
                with in_one_line(host), ExitStack() as stack:
                    stack.enter_context(self._hold(config))
                    self._held[host] = stack.pop_all()
                self.schools = {**self.schools, host: config}

    def _read_lists(self, hosts: set[str]) -> None:
        """Read the lists of readers into the memory from which each process begins; no connection stays open."""
        for host in hosts:
            site = self._served.sites[host]
            current_keyring(site.databases.reports, site.config)
            site.databases.dispose()
