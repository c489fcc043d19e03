"""The language, band and look of a request: from the address on public pages, from the session elsewhere."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

from babel import Locale
from flask import Flask, current_app, g, request, session, url_for
from flask_babel import Babel

from kiosk.adjustments import LARGER_SIZE, NONE_SET, Adjustments
from kiosk.bands import Band
from kiosk.config import translations_path
from kiosk.content.language import ENGLISH, WHOLE, own_name
from kiosk.site import current_site
from kiosk.web.look import MOST_LOOKS, Look, Tablet, read_look
from kiosk.wording.words import FILTERS

CARRIED = ("lang", "band", "look")
FOR_PUPILS = frozenset({"learn", "board"})
OWN_LOOK = "own-look"  # session key: the look that a signed-in child has chosen


@dataclass(frozen=True)
class PageSettings:
    """The attributes of a page's root element: band, language, direction, look; whether a teacher leads it, and where.

    Whatever a page shows of it stands here, so that a page kept ready is found by all of it.

    `led`: on the tablet of a child whose class is led; `board`: on the wall.
    """

    band: str
    lang: str
    dir: str
    look: Look
    led: bool = False
    board: bool = False
    fit: Adjustments = NONE_SET  # the adjustments of the child who is signed in

    def __hash__(self) -> int:
        """That of all its values, which a page's parts ask for again and again."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.band, self.lang, self.dir, self.look, self.led, self.board, self.fit))


@dataclass(frozen=True)
class LanguageLink:
    """A language to choose: its own name, and the address of this page in it."""

    name: str
    lang: str
    dir: str
    url: str
    current: bool


def site_part() -> str:
    """The part of the site that a request is for: learn, staff, home, static or public."""
    segment = request.path.split("/")[1]
    return segment if segment in {"learn", "staff", "home", "static"} else "public"


def languages_here() -> list[str]:
    """The school's languages that this page speaks: a pupil's page, or the board, only those in which all of it is."""
    offered = current_site().config.language_list
    if request.path.split("/")[1] not in FOR_PUPILS:
        return offered
    return [code for code in offered if code in WHOLE] or [ENGLISH]


def language() -> str:
    """BCP 47 code of this request's language; one that this page does not speak falls back to the school's own."""
    found: str | None = g.get("language")
    if found is None:
        offered = languages_here()
        kept = session.get("lang", "") if site_part() == "learn" else ""
        asked = (request.args.get("lang", "") or kept).lower()
        known = (code for code in offered if code.lower() == asked)
        found = g.language = next(known, offered[0]) if asked else offered[0]
    return found


@cache
def direction(code: str) -> str:
    """`rtl` or `ltr` for a language code."""
    return Locale.parse(code, sep="-").text_direction


def html_language(code: str) -> str:
    """The lang attribute for a language code."""
    return "en-GB" if code == "en" else code


def band() -> str:
    """The band whose skin a public page has: from the address, else ks2."""
    asked = request.args.get("band", "")
    return asked if asked in set(Band) else Band.KS2.value


def look() -> Look:
    """The look of this request. On learn pages: what the child chose since coming in; else that of the tablet, which
    the session remembers, with words as large as they are set for the child."""
    if site_part() != "learn":
        return read_look(request.args.get("look", ""))
    if OWN_LOOK in session:
        return read_look(session[OWN_LOOK])
    tablets = read_look(request.args.get("look", "") or session.get("look", ""))
    if not adjustments_of_request().larger or float(tablets.size or 1) >= float(LARGER_SIZE):
        return tablets
    return replace(tablets, size=LARGER_SIZE)


def keep_own_look(chosen: Look) -> None:
    """Pages look so until the child who chose it leaves; what the tablet has had before is not touched."""
    session[OWN_LOOK] = chosen.code


def adjust_pages(adjustments: Adjustments) -> None:
    """The pages of this request fit the child who has come in."""
    g.fit = adjustments


def adjustments_of_request() -> Adjustments:
    """What is set for the child of this request; nothing on pages of anybody else."""
    found: Adjustments = g.get("fit", NONE_SET)
    return found


def page_settings(skin: str, led: bool = False) -> PageSettings:
    """Root attributes of a page in the given skin (a band, `home` or `staff`), for a child whose class may be led."""
    code = language() if site_part() != "staff" else "en"
    return _settings(skin, code, look(), led, adjustments_of_request())


@lru_cache(MOST_LOOKS)
def _settings(skin: str, code: str, look: Look, led: bool, fit: Adjustments) -> PageSettings:
    return PageSettings(skin, html_language(code), direction(code), look, led, fit=fit)


def address_key(*switches: str, read: Collection[str] = ()) -> tuple[str, ...] | None:
    """The part of a cache key that comes from the address: language, band, look, and the `switches` that are "1".

    None for an address with anything else in it: its page is not cached. Parameters in `read` are left out, as the
    page adds them to the cache key itself.
    """
    if not request.args:
        return ()
    known = {
        "lang": current_site().config.language_list,
        "band": tuple(Band),
        **dict.fromkeys(switches, ("1",)),
    }
    for name, value in request.args.items(multi=True):
        if name in read:
            continue
        said = read_look(value).code == value if name == "look" else value in known.get(name, ())
        if not said or len(request.args.getlist(name)) > 1:
            return None
    return tuple(request.args.get(name, "") for name in (*CARRIED, *switches))


def cached_urls() -> Callable[..., str]:
    """`url_for` for links of this request, keeping ready what it makes; values are named in the order of the rule."""
    marks, ready = address_key(), current_site().page_cache
    if marks is None:
        return url_for

    def address(endpoint: str, **values: Any) -> str:
        return ready.get(("url", marks, endpoint, *values.values()), lambda: url_for(endpoint, **values))

    return address


def telling_language() -> str:
    """This request's language if every page of telling is written in it, else the first that is."""
    spoken = current_site().telling_languages
    return language() if language() in spoken else spoken[0]


def tell_url(band: str) -> str:
    """The address at which a child of this band tells somebody on this tablet."""
    return f"/report/{band}/{telling_language()}{tablet().part}"


def tablet() -> Tablet:
    """How the tablet of this request was set up; pages for staff are on none."""
    if site_part() == "staff":
        return Tablet()
    kept = session if site_part() == "learn" else {}
    group, look = (str(request.args.get(name, "") or kept.get(name, "")) for name in ("band", "look"))
    return Tablet(group if group in set(Band) else "", read_look(look))


def start_url() -> str:
    """Where whoever leaves comes to: the start page as the tablet was set up, with nothing of anybody (promise A9)."""
    return tablet().start_url(language(), current_site().config.language_list[0])


def language_links() -> list[LanguageLink]:
    """Links to this page in every language; only for a page that has its own address."""
    where = dict(request.view_args or {})
    return [
        LanguageLink(
            name=own_name(code),
            lang=html_language(code),
            dir=direction(code),
            url=url_for(str(request.endpoint), **where | {"lang": code}),
            current=code == language(),
        )
        for code in languages_here()
    ]


def set_up_languages(app: Flask) -> None:
    """Give the school app its translations, and add language, band and look to every public link."""
    Babel(
        app,
        default_translation_directories=str(translations_path()),
        locale_selector=lambda: "en" if site_part() == "staff" else language().replace("-", "_"),
        timezone_selector=lambda: current_site().config.timezone,
    )
    app.jinja_env.globals["language_links"] = language_links
    app.jinja_env.filters.update(FILTERS)

    takes_look: dict[str, bool] = {}

    @app.url_defaults
    def carry(endpoint: str, values: dict[str, object]) -> None:
        """Public pages have no cookie, so the choice travels in the address."""
        if not request or not request.args or site_part() == "staff":
            return
        if endpoint not in takes_look:
            takes_look[endpoint] = _takes_look(endpoint)
        if not takes_look[endpoint]:
            return
        for name in CARRIED:
            if name not in values and (value := request.args.get(name)):
                values[name] = value


def _takes_look(endpoint: str) -> bool:
    rules = current_app.url_map.iter_rules(endpoint)
    return any(
        rule.rule == "/" or rule.rule.startswith(("/home", "/look", "/learn", "/board", "/visitors"))
        for rule in rules
    )
