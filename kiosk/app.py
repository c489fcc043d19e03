"""The school's Flask app; the only module that knows every feature."""

from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from htmx_flask import Htmx

from kiosk.accounts import pages as accounts_pages
from kiosk.accounts.sign_in.login import check_access, enforce_access
from kiosk.accounts.sign_in.views.hashing import show_that_it_is_busy
from kiosk.accounts.sign_in.views.unlock import guard_keys
from kiosk.accounts.staff.views.link_check import guard_accounts
from kiosk.approving import views as approving_views
from kiosk.classroom.views import pages as classroom_pages
from kiosk.classroom.views.beside import guard_together
from kiosk.classroom.views.tablets import guard_pace
from kiosk.conduct.views import pages as conduct_pages
from kiosk.demo import views as demo_views
from kiosk.duties.views import pages as duties_pages
from kiosk.endings import views as endings_views
from kiosk.families.views import hall as families_hall
from kiosk.families.views import pages as families_pages
from kiosk.filtering.views import pages as filtering_pages
from kiosk.incidents import pages as incident_pages
from kiosk.lessons.views import pages as lessons_views
from kiosk.oversight.views import pages as oversight_pages
from kiosk.oversight.views.access import domains_now
from kiosk.public.views import home as public_home
from kiosk.public.views import start as public_start
from kiosk.quizzes import views as quizzes_views
from kiosk.readers import pages as reader_pages
from kiosk.readers.signed_list.views.checking import check_key
from kiosk.readers.signed_list.views.request_list import check_leaving, check_link, is_new_holder
from kiosk.site import Hosts, Site, SyncFlask, current_site, serve_hosts
from kiosk.slips.views import pages as slips_pages
from kiosk.staff.views.bar import staff_bar
from kiosk.staff.views.home import bp as staff_home
from kiosk.term_dates.views import pages as term_date_pages
from kiosk.term_page.views import pages as term_page_views
from kiosk.told.views import pages as told_pages
from kiosk.training.views import pages as training_pages
from kiosk.visitors.views import office as visitors_office
from kiosk.visitors.views import reception
from kiosk.voices.views import pages as voices_pages
from kiosk.web.compression import compress_pages
from kiosk.web.errors import CrossOriginRequest, handle_errors
from kiosk.web.i18n import (
    PageSettings,
    address_key,
    band,
    page_settings,
    set_up_languages,
    site_part,
    tell_url,
)
from kiosk.web.inputs import take_clean_fields
from kiosk.web.lanes import answer_not_yet
from kiosk.web.request_sessions import close_stores, read_body_first
from kiosk.web.security import add_security_headers, is_same_origin, refuse_files
from kiosk.web.sessions import PathSessions
from kiosk.web.templating import install_template_globals
from kiosk.year_end import views as year_end_pages

MAX_FORM_BYTES = 2 * 1024 * 1024  # sized for a roster; nothing that a pupil sends is nearly as large
BLUEPRINTS = (
    public_start.bp,
    public_home.bp,
    families_pages.bp,
    conduct_pages.bp,
    *accounts_pages.BLUEPRINTS,
    incident_pages.bp,
    lessons_views.bp,
    quizzes_views.bp,
    endings_views.bp,
    *classroom_pages.BLUEPRINTS,
    approving_views.bp,
    voices_pages.bp,
    oversight_pages.bp,
    duties_pages.bp,
    filtering_pages.bp,
    term_page_views.bp,
    year_end_pages.bp,
    reader_pages.bp,
    term_date_pages.bp,
    told_pages.bp,
    training_pages.bp,
    *slips_pages.BLUEPRINTS,
    visitors_office.bp,
    reception.bp,
    families_hall.bp,
    staff_home,
    demo_views.bp,
)


def create_app(hosts: Hosts[Site]) -> Flask:
    """The school app; everything of a school it finds through `hosts`, for each request.

    Raises RouteWithoutAccess instead of starting.
    """
    app = SyncFlask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_FORM_BYTES, MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES)
    read_body_first(app)
    serve_hosts(app, hosts)
    app.session_interface = PathSessions()
    add_security_headers(app, current_site)
    compress_pages(app)
    handle_errors(app)
    close_stores(app)
    set_up_languages(app)
    Htmx(app)
    take_clean_fields(app)
    install_template_globals(app, current_site)
    _refuse_strangers(app)
    refuse_files(app)
    enforce_access(app)
    guard_keys(app, check_key, "readers.key_shut")
    guard_accounts(app, check_leaving, check_link, is_new_holder, domains_now)
    guard_pace(app)
    guard_together(app)
    approving_views.tell_card_checks(app)
    show_that_it_is_busy(app)
    answer_not_yet(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(_page_context)
    app.context_processor(staff_bar)
    app.context_processor(told_pages.class_context)
    check_access(app)
    return app


def _refuse_strangers(app: Flask) -> None:
    @app.before_request
    def _same_origin() -> None:
        config = current_site().config
        url = config.homes_url if site_part() == "home" else config.public_url
        if not is_same_origin(request, config.public_url) and not is_same_origin(request, url):
            raise CrossOriginRequest


def _page_context() -> dict[str, Any]:
    """What the skeletons of the school app's pages need; views pass another `page` where their band differs."""
    skin = {"staff": "staff", "home": "home"}.get(site_part()) or band()
    page, address = page_settings(skin), address_key()
    if address is None:
        return _page_skeleton(page)
    return current_site().page_cache.get(("skeleton", page, address), lambda: _page_skeleton(page))


def _page_skeleton(page: PageSettings) -> dict[str, Any]:
    skin = page.band
    return {
        "page": page,
        "tell_url": tell_url(skin) if skin.startswith("ks") else "/report/",
        "leave_url": url_for("public.start"),
        "words": {
            "leave": _("Leave"),
            "tell": _("Tell someone"),
            "back": _("Back"),
            "next": _("Next"),
            "listen": _("Listen"),
            "look": _("Look and sound"),
            "skip": _("Go to the main part"),
        },
    }
