"""Reads the form of a report, with all errors at once and without losing anything typed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.report.access.routes import CONCERNS, is_at_once
from kiosk.report.form.groups import Adults, Group

ADDRESS_LONGEST = 500
NAME_LONGEST = 80
PERSON_ID = re.compile(r"[0-9a-f]{32}")
MOST_EXCLUDED = 40
NONCE_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}")
TAP_SHAPE = re.compile(r"[0-9a-f]{32}")
# "nothing": in class everybody opens the page and sends either a message or this (promise A17)
NOTHING = "nothing"
WITH_ADDRESS = "site"  # the concern that shows the box for an address
FOLLOW = {
    "bullying": ("repeat", "threat", "hate", "sexual", "unsure"),
    "site": ("school-device", "unsure"),
    "stranger": ("asked-meet", "asked-pictures", "asked-money", "asked-secret", "unsure"),
    "images": ("no-clothes", "threat", "unsure"),
    "friend": ("safe", "hurt", "unsure"),
    "me": ("safe", "hurt", "unsure"),
    "scam": ("money", "account", "unsure"),
}
# What a grown-up's "no" and "yes, or I'm not sure" are kept as, so that they take routes that children's reports take:
# nothing that stands in clear tells a worry apart (promise F8).
WORRY_CONCERNS = ("friend", "adult")
SINGLE_ANSWER_CONCERNS = frozenset({"friend", "me"})  # their follow-up takes one answer: no, yes or not sure
FOLLOW_VALUES = tuple(dict.fromkeys(value for values in FOLLOW.values() for value in values))
CHOICES: Mapping[str, tuple[str, ...]] = {
    "danger": ("no", "yes", "unsure"),
    "about": ("me", "friend", "someone", "unsaid"),
    "again": ("yes", "no", "unsure"),
    "when": ("today", "week", "before", "unsure"),
    "where": ("game", "chat", "social", "school", "elsewhere", "unsure"),
    "wish": ("talk", "stop", "advice", "know", "unsure"),
    "feeling": ("sad", "scared", "cross", "muddled", "ok", "unsure"),
    "helper": ("teacher", "school", "home", "box"),
    "whose": ("mine", "other", "unsaid"),
}
ASKED: Mapping[Group, tuple[str, ...]] = {
    Band.KS1: ("feeling", "helper"),
    Band.KS2: ("danger", "about", "again"),
    Band.KS3: ("danger", "about", "again", "when", "where"),
    Band.KS4: ("danger", "about", "again", "when", "where", "wish"),
    Adults.WORRY: ("whose",),
}
# A picture or file pasted as text: data: addresses, or a run of base64 longer than any word or web address.
BLOB = re.compile(r"data:[\w.+-]+/[\w.+-]+[;,]|[A-Za-z0-9+/]{200,}={0,2}", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # all but tab and newline
SCHEME = re.compile(r"(h)tt(ps?)://", re.IGNORECASE)


@dataclass(frozen=True)
class ReportAnswers:
    """One report as the child filled it in; an empty string is an unanswered question."""

    band: Group
    lang: str
    nonce: str  # of the form
    concern: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    follow: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    head: str = ""
    address: str = ""
    words: str = ""
    name: str = ""
    reply: bool = False
    # A random number that the script makes at the first tap on Send, so that a form sent twice is one report
    # (promise A15); empty without script.
    tap: str = ""

    @property
    def danger(self) -> str:
        """`yes`, `no`, `unsure`, or empty if the question was not answered."""
        return self.chosen.get("danger", "")

    @property
    def about_staff(self) -> bool:
        """Whether it counts as about a grown-up at school: the child says so, or ticked somebody."""
        return self.concern == "adult" or bool(self.exclude)

    def body(self) -> dict[str, Any]:
        """The content of the envelope; band and language are stored only inside it (promise A13)."""
        return {
            "band": self.band.value,
            "lang": self.lang,
            "concern": self.concern,
            **self.chosen,
            "follow": list(self.follow),
            "exclude": list(self.exclude),
            "head": self.head,
            "address": self.address,
            "words": self.words,
            "name": self.name,
        }

    def canonical(self) -> bytes:
        """Everything that was sent, always in the same bytes: a double tap sends the same (promise A15)."""
        return json.dumps({**self.body(), "reply": self.reply, "tap": self.tap}, sort_keys=True).encode()


@dataclass(frozen=True)
class FormError:
    """One thing to correct: the field, and the key of the sentence that says how."""

    field: str
    key: str
    limit: int = 0


def concerns_of(band: Group) -> tuple[str, ...]:
    """The concerns that a band can choose; "me" is offered from ks2 on, "scam" from ks3 on.

    A grown-up is asked whether it is about somebody who works at the school: no, or yes or not sure.
    """
    if band is Adults.WORRY:
        return WORRY_CONCERNS
    missing = {Band.KS1: {"me", "scam"}, Band.KS2: {"scam"}}.get(band, set())
    return tuple(concern for concern in CONCERNS if concern not in missing)


def read(values: MultiDict[str, str], band: Group, lang: str) -> tuple[ReportAnswers, list[FormError]]:
    """The answers of a report form, and every mistake in it; an unknown value counts as no answer.

    Boxes that a child ticked under another concern are kept: they can only bring help sooner, and a
    person ticked must never read the report, wherever on the page that was. Also somebody whom nobody knows at this
    moment: the database may be away, or the person may read reports one day (promise G1).

    An address with a mistake in a box that is not shown is dropped once nothing else has to be corrected: nobody can
    correct what they cannot see.
    """
    limit = band.limits.words_limit
    words = _typed_text(values, "words") if limit else ""
    answers = ReportAnswers(
        band=band,
        lang=lang,
        nonce=values.get("nonce", ""),
        concern=_concern(values.get("concern", ""), band),
        chosen={name: _one_of(values.get(name, ""), CHOICES[name]) for name in ASKED[band]},
        follow=tuple(value for value in FOLLOW_VALUES if value in values.getlist("follow")),
        exclude=tuple(sorted(set(filter(PERSON_ID.fullmatch, values.getlist("exclude")))))[:MOST_EXCLUDED],
        head=_one_of(values.get("head", ""), ("yes", "no", "unsure")),
        address=defang_address(_typed_text(values, "address")) if limit else "",
        words=words,
        name=_typed_text(values, "name") if limit else "",
        reply=values.get("reply", "") == "yes",
        tap=tap if TAP_SHAPE.fullmatch(tap := values.get("tap", "")) else "",
    )
    errors = _lost_by_nothing(answers) if answers.concern == NOTHING else _form_errors(answers, limit)
    if not errors and _wrong_address(answers):
        answers = replace(answers, address="")
    return answers, errors


def defang_address(address: str) -> str:
    """A web address changed so that it cannot be opened by accident: `http` becomes `hxxp`."""
    return SCHEME.sub(lambda found: f"{found[1]}xx{found[2]}://", address)


def is_nonce(text: str) -> bool:
    """Whether the text is a nonce that our own form could have carried."""
    return bool(NONCE_SHAPE.fullmatch(text))


def _typed_text(values: MultiDict[str, str], name: str) -> str:
    """A typed value without control characters: no keyboard writes them, and each would take six bytes when sealed."""
    text = values.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", text).strip()


def _lost_by_nothing(answers: ReportAnswers) -> list[FormError]:
    """What "nothing to tell" would discard: a child who wrote something must not lose it without being told."""
    at_once = is_at_once("", answers.danger, answers.follow)
    danger = [FormError("concern", "error.nothing_danger")] if at_once else []
    typed = [name for name in ("address", "words", "name") if getattr(answers, name)]
    return [*danger, *(FormError(name, "error.nothing_typed") for name in typed)]


def _form_errors(answers: ReportAnswers, limit: int) -> list[FormError]:
    errors = []
    if not answers.concern:
        errors.append(FormError("concern", "error.concern"))
    if answers.band is Adults.WORRY and not answers.words:
        errors.append(FormError("words", "error.words"))
    if _shows_address(answers) and (wrong := _wrong_address(answers)):
        errors.append(FormError("address", wrong))
    if len(answers.words) > limit:
        errors.append(FormError("words", "error.long", limit))
    elif BLOB.search(answers.words):
        errors.append(FormError("words", "error.blob"))
    if len(answers.name) > NAME_LONGEST:
        errors.append(FormError("name", "error.long", NAME_LONGEST))
    elif BLOB.search(answers.name):
        errors.append(FormError("name", "error.blob"))
    return errors


def _shows_address(answers: ReportAnswers) -> bool:
    return answers.concern == WITH_ADDRESS or answers.band is Adults.WORRY


def _wrong_address(answers: ReportAnswers) -> str:
    """The key of the sentence that says what to correct in the address; empty if it is good."""
    if len(answers.address) > ADDRESS_LONGEST:
        return "error.address"
    return "error.blob" if BLOB.search(answers.address) else ""


def _concern(value: str, band: Group) -> str:
    """What it is about; of a grown-up who leaves it open: it may be about somebody who works here."""
    if band is Adults.WORRY:
        return _one_of(value, WORRY_CONCERNS) or "adult"
    return _one_of(value, (*concerns_of(band), NOTHING))


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else ""
