"""What every template of both apps may use: built files, pictures, the school's name."""

import json
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from kiosk.config import Config, SettingError
from kiosk.pictures import Pictures

BUILT_DIR = Path(__file__).parent / "static" / "built"
TWO_TONE_BANDS = frozenset({"ks3", "ks4"})


def install_template_globals(app: Flask, config: Config, pictures: Pictures) -> None:
    """Give an app's templates `asset`, `picture` and `school_name`; an unknown name in a template raises."""
    versions = _read_manifest()

    def asset(name: str) -> str:
        return f"/static/built/{name}?v={versions[name]}"

    @pass_context
    def picture(context: Context, name: str) -> Markup:
        page = context.get("page")
        style = "duo" if page and page.band in TWO_TONE_BANDS else "colour"
        return pictures.svg(name, style)

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, picture=picture, school_name=config.school_name)


def _read_manifest() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((BUILT_DIR / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingError(
            f"no built files in {BUILT_DIR}; run `make demo` or `python -m kiosk.build`"
        ) from None
    return found
