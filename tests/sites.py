"""Schools for tests: a school's own settings and databases, with the shipped content read once for all tests."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from flask import Flask

from kiosk.app import create_app
from kiosk.config import Config
from kiosk.report.app import create_report_app
from kiosk.report.intake.store import IntakeStore
from kiosk.report.intake.transfer import transfer_due
from kiosk.report.site import ReportSite, report_site_of
from kiosk.site import HOSTS, Content, Hosts, Site, serve_hosts
from kiosk.start import open_site, read_content
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep import lease, worker
from kiosk.upkeep.memory import WorkerMemory
from kiosk.wsgi import join_apps
from tests.kept import KeptApps

A_MONTH = timedelta(days=30)


@cache
def shipped_content() -> Content:
    """The shipped content."""
    return read_content(Config())


def make_site(config: Config, databases: Databases, **changes: Any) -> Site:
    """A school with the shipped content, all of it approved, and with what a test says otherwise."""
    site = open_site(config, databases, shipped_content())
    approved = replace(site.in_use, approved=frozenset(site.items))
    return replace(site, **{"in_use": approved} | changes)


def make_app(config: Config, databases: Databases, **changes: Any) -> Flask:
    """The school app of such a school."""
    return create_app(Hosts(make_site(config, databases, **changes)))


def make_wsgi(config: Config, databases: Databases, kept: KeptApps) -> Any:
    """Everything that a server of such a school serves, with apps that this test borrows."""
    site = make_site(config, databases)
    return join_apps(config, kept.school(site), kept.report(site))


def make_report_app(config: Config, databases: Databases) -> Flask:
    """The report app of such a school."""
    return create_report_app(Hosts(make_report_site(config, databases)))


def make_report_site(config: Config, databases: Databases) -> ReportSite:
    """What the report zone knows of such a school."""
    return report_site_of(make_site(config, databases))


def site_of(app: Flask) -> Site:
    """The school that an app serves now."""
    site: Site = app.extensions[HOSTS].find("")
    return site


def change_site(app: Flask, **changes: Any) -> None:
    """From now on the app serves a school that differs in this."""
    serve_hosts(app, Hosts(replace(site_of(app), **changes)))


def run_worker_round(
    config: Config,
    databases: Databases,
    now: datetime,
    memory: WorkerMemory | None = None,
    lot_falls: bool = False,
) -> None:
    """One round of the worker of such a school; with a self-test only where its lot falls.

    No other worker is about, so the lease of the one before is over.
    """
    with patch.object(worker, "lot_falls", lambda *_: lot_falls), patch.object(lease, "SECONDS", 0):
        worker.run_round(Hosts(make_site(config, databases)), now, memory)


def transfer_all(config: Config, databases: Databases) -> None:
    """Merge everything that waits in the intake, whether its slot has ended or not, if its database is there."""
    transfer_at(make_site(config, databases))


def transfer_at(site: Site) -> None:
    """The same, for a school that is open; asks nothing but what a transfer asks."""
    with suppress(Exception):
        transfer_due(site, site.databases.reports, now_utc() + A_MONTH)
    site.intake_store.dispose()


def held_by(keeper: IntakeStore) -> int:
    """How much waits in an intake."""
    return sum(len(keeper.ids(one)) for one in keeper.slots())
