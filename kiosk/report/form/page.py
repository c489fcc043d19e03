"""What each page of the report zone shows: its steps, its words, its layout."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, request

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.content.language import ENGLISH, direction, own_name
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.routes import Route, is_at_once
from kiosk.report.access.who_reads import (
    first_named,
    in_page_order,
    kind_of,
    named_readers,
    readers_of,
    reads_again_on,
    rules_for_page,
)
from kiosk.report.form.answers import (
    ASKED,
    CHOICES,
    FOLLOW,
    SINGLE_ANSWER_CONCERNS,
    FormError,
    ReportAnswers,
    concerns_of,
)
from kiosk.report.form.groups import BY_ADDRESS, OF_ADULTS, Adults, Group, look_of
from kiosk.report.form.seal import PreparedReport
from kiosk.report.form.speech import CRISIS_HELP, FIRST_HELP, HURT_HELP, Speech, languages, speech_for
from kiosk.report.form.wording import WordingLine
from kiosk.report.intake.urgent import UrgentProgress
from kiosk.report.release import AT_ONCE, read_within_the_hour
from kiosk.report.site import current_report_site
from kiosk.web.compression import OpenPage, filled_page, padded_page
from kiosk.web.i18n import PageSettings, html_language
from kiosk.web.look import Tablet, read_tablet
from kiosk.web.security import is_same_origin

FIRST_NAMED = ("dsl", "coordinator")  # those who read most of what children tell
ROUNDED_MINUTES = 5
NIGHT_BEGINS, NIGHT_ENDS = 21, 7  # hours between which helpers may be asleep
FAILURES_BEFORE_ADVICE = 3  # failed attempts after which the page says to go to a person instead
# Every form has the same length, whoever it is for (promise F8): that of the longest, with a dozen readers to tick.
FORM_BYTES = 26 * 1024
PAGE_BYTES = 48 * 1024  # every page after sending has the same length, whatever was sent (promises A17, C4)
STEPS = {
    Band.KS1: ("intro", "limits", "concern", "feeling", "helper"),
    Band.KS2: ("intro", "danger", "stop", "concern", "follow", "about", "words", "check"),
    Band.KS3: ("intro", "danger", "stop", "concern", "follow", "about", "place", "words", "check"),
    Band.KS4: ("intro", "danger", "stop", "concern", "follow", "about", "place", "wish", "words", "check"),
    Adults.WORRY: ("worry",),
}
PRIVACY_OF: dict[Group, str] = {Adults.WORRY: "parents"}
CHECKED = (
    ("danger", "danger"),
    ("concern", "concern"),
    ("follow", "follow"),
    ("address", "follow"),
    ("head", "follow"),
    ("exclude", "follow"),
    ("about", "about"),
    ("again", "about"),
    ("when", "place"),
    ("where", "place"),
    ("wish", "wish"),
    ("name", "words"),
    ("words", "words"),
)
CONCERN_PICTURES = {
    "bullying": "mean",
    "site": "screen",
    "stranger": "stranger",
    "images": "camera",
    "adult": "adult",
    "friend": "friend",
    "me": "worried",
    "scam": "mask",
    "other": "other",
    "unsure": "shrug",
}
FEELING_PICTURES = {
    "sad": "sad",
    "scared": "scared",
    "cross": "cross",
    "muddled": "muddled",
    "ok": "ok",
    "unsure": "thinking",
}
HELPER_PICTURES = {"teacher": "tell", "school": "adult", "home": "home-family", "box": "worry-box"}


def tablet_of_request() -> Tablet:
    """How the tablet was set up, as the last part of the address says."""
    part = str((request.view_args or {}).get("tablet", ""))
    return read_tablet(part.removeprefix(OF_ADULTS).removeprefix("-"))


def is_for_adults() -> bool:
    """Whether the address is of grown-ups: of their form, or of the way back in as their form leads to it."""
    _, first, *rest = request.path.split("/")
    here = rest[-1].partition("-")[0] if first == "replies" and rest else first
    return BY_ADDRESS.get(here) is Adults.WORRY


def is_from_our_page() -> bool:
    """Whether a form came from a page of ours; that of grown-ups also from where homes reach it (promise A14)."""
    config = current_report_site().config
    return is_same_origin(request, config.public_url) or (
        is_for_adults() and is_same_origin(request, config.homes_url)
    )


def lang_of_request() -> str:
    """The language that the address asks for."""
    return str((request.view_args or {}).get("lang", ""))


def skeleton(skin: str, say: Speech) -> dict[str, Any]:
    """What base.html needs; the way out is that of a lesson, and has the browser forget this page (promise A9)."""
    look, tablet, adults = look_of(skin), tablet_of_request(), is_for_adults()
    frame = _frame_words(say)
    back = "/" + "-".join(filter(None, (OF_ADULTS, tablet.look.code))) if adults else tablet.part
    return {
        "page": PageSettings(look, html_language(say.lang), say.dir, tablet.look),
        "say": say,
        "adults": adults,
        "leave_url": tablet.start_url(say.lang, languages()[0]),
        "tell_url": f"/report/{OF_ADULTS if adults else look}/{say.lang}{tablet.part}",
        "replies_url": f"/report/replies/{say.lang}{back}",
        "words": {
            name: frame(f"page.{name}").first
            for name in ("leave", "listen", "skip")
            if f"page.{name}" in frame
        },
        "frame": frame,
    }


@dataclass(frozen=True)
class NotTaken:
    """Why a form that was sent was not accepted and is shown again."""

    errors: Sequence[FormError] = ()
    problem: WordingLine | None = None
    failed: int = 0  # how often saving this form has failed
    one_copy: bool = False  # one of two nodes has it


EMPTY = NotTaken()


def form_page(
    say: Speech, answers: ReportAnswers, recipients: Keyring, now: datetime, sent: NotTaken = EMPTY
) -> dict[str, Any]:
    """Everything report/form.html shows, with what the child already gave, and why it was not taken if it was sent."""
    band, calendar = answers.band, current_report_site().calendar
    by_field = {error.field: say(error.key, limit=error.limit) for error in sent.errors}
    shown = {
        "answers": answers,
        "instead": lang_of_request() not in ("", say.lang),  # of words in the language that was asked for
        "nonce": answers.nonce,
        "steps": STEPS[band],
        "values": {name: CHOICES[name] for name in (*ASKED[band],)},
        "concerns": concerns_of(band),
        "concern_pictures": CONCERN_PICTURES,
        "feeling_pictures": FEELING_PICTURES,
        "helper_pictures": HELPER_PICTURES,
        "follow": FOLLOW,
        "one_of_these": SINGLE_ANSWER_CONCERNS,
        "limit": band.limits.words_limit,
        "staff_promise": recipients.staff_promise,
        "open": calendar.is_open(now),
        "night": is_night(calendar, now),
        "next_look": say.when(next_reading(calendar, now), now.astimezone(calendar.zone).date()),
        "help_lines": say.help_lines(band, FIRST_HELP | CRISIS_HELP),
        "hurt_lines": say.help_lines(band, HURT_HELP),
        "check": [(name, step) for name, step in CHECKED if f"check.{name}" in say],
        "errors": by_field,
        "error_lines": [(f"#{error.field}", by_field[error.field].first) for error in sent.errors],
        "problem": sent.problem,
        "failed": sent.failed,
        "failed_title": _failed_title(sent),
        "privacy_url": f"/home/privacy/{PRIVACY_OF.get(band, band.value)}"
        + ("" if say.lang == ENGLISH else f"?lang={say.lang}"),
    }
    shown["wait"] = _wait_line(say, reads_again_on(recipients, now.astimezone(calendar.zone).date()))
    return skeleton(band.value, say) | shown | _who_may_read(say, recipients)


def _failed_title(sent: NotTaken) -> str:
    if sent.one_copy:
        return "error.one_copy_title"
    return "error.save_often" if sent.failed >= FAILURES_BEFORE_ADVICE else "error.save_title"


def _wait_line(say: Speech, day: date | None) -> WordingLine:
    """How long it may take where nobody can read what a child sends."""
    return say("nobody.until", when=say.weekday(day)) if day else say("nobody.days")


def _who_may_read(say: Speech, recipients: Keyring) -> dict[str, Any]:
    """The readers whom the form names and lets a child tick, and the rules by which it says who would read."""
    readers, heads = (
        named_readers(recipients),
        [one for one in recipients.readers if "principal" in one.roles.split()],
    )
    head = [one.name for one in heads if "principal" in one.holds.split()]
    first = first_named(recipients, FIRST_NAMED)
    return {
        "can_be_ticked": [(place, one, kind_of(one)) for place, one in enumerate(recipients.readers)],
        "named": [(recipients.readers.index(one), one, kind_of(one)) for one in readers],
        "first_named": [(kind, len(names) > 1, say.names(names)) for kind, names in first.items() if names],
        "readers": say.names([one.name for one in readers]),
        "nobody": not readers,
        # once a name is ticked, without script
        "counted": {one.id for one in readers_of(recipients, "head")},
        "has_head": bool(head),
        "head": say.names(head),
        "heads": say.names([one.name for one in in_page_order(heads, also_away=True)]),
        "of_routes": {
            id: say.names([one.name for one in readers_of(recipients, id)])
            for id in ("friend", "adult", "head")
        },
        "rules": json.dumps(rules_for_page(recipients), separators=(",", ":")),
    }


@dataclass(frozen=True)
class AfterSending:
    """What the page after sending depends on, apart from the child's pictures: equal pages are made once."""

    band: Group
    lang: str
    today: date
    read_by: datetime  # by when the school promises that somebody reads it
    readers: tuple[str, ...]  # names of all its readers who are present
    open: bool  # the school is open now
    night: bool
    nobody: bool  # no reader is there who can open it
    reads_again: date | None  # then: the day from which somebody can, where it is known
    passed_on: UrgentProgress | None  # what became of a report that was passed on at once
    soon: datetime | None  # when one that is decided within the hour will be passed on, in school
    danger: bool  # danger, or somebody hurt: the page shows it
    private: bool  # the person looking at this page may be the one it is about
    nothing_sent: bool  # the child sent "nothing to tell", so there is nothing to read
    wants_answer: bool
    tablet: Tablet


def after_sending(
    say: Speech,
    answers: ReportAnswers,
    now: datetime,
    taken: PreparedReport | None = None,
    passed_on: UrgentProgress | None = None,
    reads_again: date | None = None,
) -> AfterSending:
    """What the page says to the child who sent this, which nobody has taken if there was nothing to tell."""
    calendar, start = current_report_site().calendar, next_reading(current_report_site().calendar, now)
    readers = in_page_order(taken.readers) if taken else []
    soon = None
    if taken and taken.sealed.urgent:
        due = taken.sealed.due
        soon = None if due == AT_ONCE else due.astimezone(calendar.zone)
        start = urgent_read_by(calendar, taken.route, soon or now)
    elif taken:
        start = read_by(calendar, taken.route, start)
    return AfterSending(
        band=answers.band,
        lang=say.lang,
        today=now.astimezone(calendar.zone).date(),
        read_by=start,
        readers=tuple(reader.name for reader in readers),
        open=calendar.is_open(now),
        night=is_night(calendar, now),
        nobody=taken is not None and not readers,
        reads_again=reads_again,
        passed_on=passed_on,
        soon=soon,
        danger=is_at_once(answers.concern, answers.danger, answers.follow),
        private="card.title" in say and answers.concern == "adult",
        nothing_sent=taken is None,
        wants_answer=answers.reply,
        tablet=tablet_of_request(),
    )


def thanks_page(say: Speech, after: AfterSending, pictures: Sequence[int] = ()) -> dict[str, Any]:
    """Everything report/thanks.html shows: who reads it, by when, who can help until then, and the child's pictures."""
    site = current_report_site()
    return skeleton(after.band.value, say) | {
        "after": after,
        "when": say.when(after.read_by, after.today),
        "passed": say.when(after.soon, after.today) if after.soon else None,
        "readers": say.names(after.readers),
        "wait": _wait_line(say, after.reads_again),
        "help_lines": say.help_lines(after.band),
        "hurt_lines": say.help_lines(after.band, HURT_HELP),
        "way_back": [
            (id, site.pictures.name(id, say.lang)) for id in (site.pictures.keys[one] for one in pictures)
        ],
    }


def pad_page(page: str) -> Response:
    """A page whose length reveals nothing: padded to a fixed size, and sent without compression."""
    body = page.encode()
    filled = body.ljust(-(-len(body) // PAGE_BYTES) * PAGE_BYTES, b"\n")
    return Response(filled, mimetype="text/html", headers={"Content-Encoding": "identity"})


def pad_form(page: str) -> Response:
    """A form, whose length does not say for whom it is, nor in which language: padded inside its compression."""
    return padded_page(page, FORM_BYTES)


def pad_empty_form(page: OpenPage, nonce: str) -> Response:
    """The same for an empty form, with this nonce in its place."""
    return filled_page(page, nonce, FORM_BYTES)


def read_by(calendar: SchoolCalendar, route: Route, start: datetime) -> datetime:
    """The school's promise for a route: its clock from `start` on, in school time."""
    return calendar.add_school_time(start, route.acknowledge_minutes or calendar.school_day_minutes())


def urgent_read_by(calendar: SchoolCalendar, route: Route, passed_on: datetime) -> datetime:
    """By when something passed on then should be read, at once or soon: rounded up to five minutes."""
    due = read_within_the_hour(calendar, route.acknowledge_minutes, passed_on).astimezone(calendar.zone)
    over = timedelta(minutes=due.minute % ROUNDED_MINUTES, seconds=due.second, microseconds=due.microsecond)
    return due - over + timedelta(minutes=ROUNDED_MINUTES) if over else due


def is_night(calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether people may be asleep, so that a child in danger has to wake somebody."""
    return not NIGHT_ENDS <= now.astimezone(calendar.zone).hour < NIGHT_BEGINS


def next_reading(calendar: SchoolCalendar, now: datetime) -> datetime:
    """When somebody will next look at a report that is sent now."""
    passed_on = calendar.slot_end(calendar.slot_of(now))
    return passed_on if calendar.is_open(now) else calendar.next_opening(passed_on)


def _frame_words(say: Speech) -> Speech:
    """The wording used for the frame of the page: the chooser has none of its own, so it uses that of ks2."""
    own = say if "page.leave" in say else speech_for(Band.KS2.value, say.lang)
    return own or say


def languages_on_offer() -> list[tuple[str, str, str, str]]:
    """Every language on offer: code, own name, lang attribute, direction."""
    return [
        (
            code,
            own_name(code),
            html_language(code),
            direction(code),
        )
        for code in languages()
    ]
