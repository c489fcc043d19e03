"""The app of `kiosk content preview`: lessons as children see them, for whoever writes them, on this computer alone.

It has no database, no accounts, no session and no key, and no app that a school serves imports it.
"""

from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from kiosk.authoring.preview.site import PreviewFiles
from kiosk.authoring.preview.views import lessons, quizzes
from kiosk.config import Config, load_config
from kiosk.lessons.views.blueprint import drawing, own_heading
from kiosk.lessons.views.drawn import drawn_heads
from kiosk.site import SyncFlask, current_site, serve_hosts
from kiosk.web.errors import NotFound
from kiosk.web.i18n import page_settings, set_up_languages
from kiosk.web.security import add_security_headers, refuse_files
from kiosk.web.templating import BUILT_DIR, install_template_globals

HERE = "127.0.0.1"
OWN_NAMES = frozenset({HERE, "localhost"})
TEMPLATES_DIR = BUILT_DIR.parent.parent / "templates"
SCRIPT = Markup('<script src="{}" data-mark="{}" defer></script>\n</body>')
WORDS = {
    "leave": "Leave",
    "tell": "Tell someone",
    "back": "Back",
    "next": "Next",
    "listen": "Listen",
    "look": "Look and sound",
    "skip": "Go to the main part",
}


def preview_config(port: int, content_dir: Path | None) -> Config:
    """The settings of a preview: English, at its own address; nothing of the school but its zone and content folder."""
    own: dict[str, Any] = {"school_name": "Preview", "languages": "en", "public_url": f"http://{HERE}:{port}"}
    return load_config(demo=False, **own, **({"content_dir": content_dir} if content_dir else {}))


def create_preview(config: Config) -> Flask:
    """The app over the content folder of the settings; raises SettingError where static files are not built."""
    app = SyncFlask(
        "kiosk.authoring.preview",
        template_folder=str(TEMPLATES_DIR),
        static_folder=str(BUILT_DIR),
        static_url_path="/static/built",
    )
    _refuse_other_computers(app)
    serve_hosts(app, PreviewFiles(config))
    add_security_headers(app, current_site)
    refuse_files(app)
    set_up_languages(app)
    install_template_globals(app, current_site)
    app.add_template_global(drawing, "drawing")
    app.add_template_global(own_heading, "own_heading")
    app.add_template_global(drawn_heads, "drawn_heads")
    for blueprint in (lessons.desk, lessons.bp, quizzes.bp, quizzes.endings):
        app.register_blueprint(blueprint)
    # How pages look is chosen by a child in a school; here that link leads to the list.
    app.add_url_rule("/learn/look", "public.pupil_look", lambda: redirect(url_for("preview.index")))
    app.context_processor(_page_context)
    _reload_when_changed(app)
    _say_what_is_wrong(app)
    return app


def _refuse_other_computers(app: Flask) -> None:
    """Refuse other machines, and pages of other sites that reach this one by a name of their own."""

    @app.before_request
    def _only_here() -> None:
        name = request.host.rpartition(":")[0] or request.host
        if request.remote_addr != HERE or name not in OWN_NAMES:
            abort(403)


def _page_context() -> dict[str, Any]:
    """What skeletons need, and the reading. `before`: there is no class and no name that leaving could forget."""
    return {
        "page": page_settings("staff"),
        "site": lessons.preview_site(),
        "before": True,
        "words": WORDS,
        "home_url": url_for("preview.index"),
        "leave_url": url_for("preview.index"),
        "tell_url": "#main",
    }


def _reload_when_changed(app: Flask) -> None:
    """Give every page the script that asks for changes; the templates are the school's and know nothing of it."""

    @app.after_request
    def _add_script(response: Response) -> Response:
        if response.mimetype == "text/html" and not response.direct_passthrough:
            script = SCRIPT.format(url_for("preview.script"), lessons.preview_site().mark)
            response.set_data(response.get_data(as_text=True).replace("</body>", script))
        return response


def _say_what_is_wrong(app: Flask) -> None:
    @app.errorhandler(NotFound)
    @app.errorhandler(404)
    def _missing(error: Exception) -> ResponseReturnValue:
        return render_template("authoring/broken.html", title="There is no such page", found=[], why=""), 404

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        if isinstance(error, HTTPException):
            return error
        app.logger.exception("%s could not be shown", request.path)
        title, found = "This page cannot be shown", lessons.preview_site().findings
        return render_template("authoring/broken.html", title=title, found=found, why=str(error)), 500
