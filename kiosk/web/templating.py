"""What every template of both apps may use: built files, pictures, the school's name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from jinja2 import StrictUndefined, Template, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from kiosk.config import SettingError
from kiosk.host.page_cache import CacheKey, PageCache
from kiosk.site import HasPages, current_site
from kiosk.web.compression import compress_once

BUILT_DIR = Path(__file__).parent.parent / "static" / "built"
TWO_TONE_BANDS = frozenset({"ks3", "ks4"})


class SharedTemplate(Template):
    """A template that is imported as it is: all have the globals of the app, so each import need not compare them."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def install_template_globals(app: Flask, site: Callable[[], HasPages]) -> None:
    """Give an app's templates `asset`, `picture` and `school_name`; an unknown name in a template raises."""

    def asset(name: str) -> str:
        return f"/static/built/{name}?v={site().assets[name]}"

    @pass_context
    def picture(context: Context, name: str) -> Markup:
        page = context.get("page")
        style = "duo" if page and page.band in TWO_TONE_BANDS else "colour"
        return site().pictures.svg(name, style)

    app.jinja_env.template_class = SharedTemplate
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, picture=picture)
    app.context_processor(lambda: {"school_name": site().config.school_name})


def whole_page(template: str, marks: CacheKey | None, context: Callable[[], dict[str, Any]]) -> str:
    """A page that is the same for everybody under these marks, kept ready, compressed too; with None, made anew."""
    kept = current_site().page_cache
    if marks is not None:
        compress_once(kept)
    return render_cached(template, marks, context, kept)


def render_cached(
    template: str, marks: CacheKey | None, context: Callable[[], dict[str, Any]], kept: PageCache
) -> str:
    """A part of a page, the same for everybody under these marks, kept ready; with None, made anew."""
    if marks is None:
        return render_template(template, **context())
    return kept.get((template, *marks), lambda: render_template(template, **context()))


def read_assets() -> dict[str, str]:
    """The built files with their versions; raises SettingError in one line where nothing is built."""
    try:
        found: dict[str, str] = json.loads((BUILT_DIR / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingError(
            f"no built files in {BUILT_DIR}; run `make demo` or `python -m kiosk.build`"
        ) from None
    return found
