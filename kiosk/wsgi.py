"""One WSGI application: built files, the school app, and the report app behind its scrubber."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from kiosk.app import create_app
from kiosk.config import Config
from kiosk.host.log_lines import working_for
from kiosk.many_schools import OpenSchools, by_name
from kiosk.report.app import create_report_app, scrub_requests
from kiosk.report.site import ReportSite, report_site_of
from kiosk.site import Content, Hosts, HostsByName, Site, name_of_host
from kiosk.start import check_ready, open_databases, open_site
from kiosk.storage.db import Databases
from kiosk.web.security import HEADERS, NO_STORE, headers_for
from kiosk.web.templating import BUILT_DIR

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATIC_SECONDS = 30 * 24 * 3600


def create_wsgi(
    config: Config, databases: Databases | None = None, content: Content | None = None
) -> "WSGIApplication":
    """Everything that a server needs to serve one school; raises if anything is not in order."""
    stores = databases or open_databases(config)
    check_ready(config, stores)
    site = open_site(config, stores, content)
    site.intake_store.check()
    return join_apps(config, create_app(Hosts(site)), create_report_app(Hosts(report_site_of(site))))


class ServedSchools:
    """Many schools behind one pair of apps; which they are may change between two requests."""

    def __init__(self, schools: Mapping[str, Config]) -> None:
        """Raises as `OpenSchools.open` does."""
        self._open, self._reports = OpenSchools(), dict[str, ReportSite]()
        self._hosts, self._report_hosts = HostsByName[Site]({}), HostsByName[ReportSite]({})
        self.serve(schools)
        self.application = join_schools(self._hosts, self._report_hosts, list(schools.values()))

    @property
    def sites(self) -> dict[str, Site]:
        """The schools that are served, by host."""
        return self._open.sites

    def serve(self, schools: Mapping[str, Config]) -> set[str]:
        """Serve exactly these from now on; returns which were opened now, raises as `OpenSchools.open` does."""
        opened = self._open.open(schools)
        self._reports = {
            host: report_site_of(site) if host in opened else self._reports[host]
            for host, site in self.sites.items()
        }
        self._hosts.serve(by_name(schools, self.sites))
        self._report_hosts.serve(by_name(schools, self._reports))
        return opened


def join_schools(
    hosts: HostsByName[Site], reports: HostsByName[ReportSite], settings: Iterable[Config]
) -> "WSGIApplication":
    """One pair of apps for many schools; a host at which there is none is refused before anything else looks at it."""
    school_app = create_app(hosts)
    # Built files are the same for all: they ask for https alone where each school does.
    whole = join_apps(min(settings, key=lambda one: one.over_https), school_app, create_report_app(reports))
    page = school_app.jinja_env.get_template("errors/no_school.html").render().encode()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
    headers += [*(HEADERS | NO_STORE).items()]

    def choose_school(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = name_of_host(environ.get("HTTP_HOST", ""))
        if host not in hosts.names:
            start_response("421 Misdirected Request", headers)
            return [page]
        with working_for(host):
            return whole(environ, start_response)

    return choose_school


def is_report_path(path: str) -> bool:
    """Whether the report app answers at this path."""
    return path == "/report" or path.startswith("/report/")


def join_apps(config: Config, school_app: Flask, report: Flask) -> "WSGIApplication":
    """Both apps of a school and the built files as one: what is asked under /report goes through the scrubber."""
    report_app = scrub_requests(report.wsgi_app)

    def choose(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if is_report_path(path):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/report"
            environ["PATH_INFO"] = path.removeprefix("/report") or "/"
            return report_app(environ, start_response)
        answer: Iterable[bytes] = school_app.wsgi_app(environ, start_response)
        return answer

    def add_static_headers(headers: "StaticFile", path: str, url: str) -> None:
        for name, value in headers_for(config).items():
            headers[name] = value

    whole: WSGIApplication = WhiteNoise(
        choose,
        root=str(BUILT_DIR),
        prefix="/static/built/",
        max_age=STATIC_SECONDS,
        allow_all_origins=False,
        add_headers_function=add_static_headers,
    )
    return whole
