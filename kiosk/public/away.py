"""The page that a proxy shows while kiosk is away: one file that needs nothing else, with people and helplines."""

import base64
import hashlib
from pathlib import Path

from babel import Locale
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from kiosk.bands import Band
from kiosk.config import Config, translations_path
from kiosk.content.language import ENGLISH
from kiosk.host.files import write_durably
from kiosk.web.i18n import direction, html_language
from kiosk.web.templating import BUILT_DIR
from kiosk.wording.facts import Helpline, read_facts

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"
STYLE = "public/away.css"
POLICY = "default-src 'none'; style-src 'sha256-{}'; font-src data:; base-uri 'none'; form-action 'none'"
READABLE = 0o644  # for the proxy, which is another user


def away_page(config: Config) -> str:
    """The page in every language of the school, its own first; raises ContentError where helplines have a mistake."""
    known = read_facts(config.content_path, config.nation).helplines
    lines = [line for line in known.all.values() if _for_any_child(line)]
    style = _style(config)
    # Helplines in other languages are drafts, so the English is always there as well.
    codes = dict.fromkeys([*config.language_list, ENGLISH])
    return _template("public/away.html", config.language_list[0]).render(
        school_name=config.school_name,
        lang=html_language(config.language_list[0]),
        dir=direction(config.language_list[0]),
        style=Markup(style),  # nosec B704 - our own file
        policy=Markup(POLICY.format(_digest(style))),  # nosec B704 - our own words
        parts=[Markup(_part(code, lines)) for code in codes],  # nosec B704 - made by our own template
    )


def write_away_page(config: Config, path: Path) -> None:
    """Write the page where a proxy may read it; the file is whole at any moment."""
    write_durably(path, away_page(config).encode(), READABLE)


def _for_any_child(line: Helpline) -> bool:
    """Numbers that every age may see: nobody knows who holds the tablet."""
    return bool(line.number) and "child" in line.audience and set(line.for_bands) == set(Band)


def _style(config: Config) -> str:
    """The look of the page; where it has a script that tablets may not know, with the letters in it."""
    style = (TEMPLATES_DIR / STYLE).read_text(encoding="utf-8")
    if not any(direction(code) == "rtl" for code in config.language_list):
        return style
    letters = base64.b64encode((BUILT_DIR / "noto-sans-arabic.woff2").read_bytes()).decode()
    return f'{style}@font-face {{ font-family: "Kiosk Urdu"; src: url(data:font/woff2;base64,{letters}); }}\n'


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _part(code: str, lines: list[Helpline]) -> str:
    return _template("public/_away.html", code).render(
        code=code, lang=html_language(code), dir=direction(code), lines=lines
    )


def _template(name: str, code: str) -> Template:
    """A template without a request, in one language."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = Translations.load(str(translations_path()), [str(Locale.parse(code, sep="-"))])
    environment.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    return environment.get_template(name)
