"""What families were told, on which days, in which words and languages (promise F5); who opened it is never known."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct
from kiosk.content.language import ENGLISH
from kiosk.content.problem import ContentProblem
from kiosk.content.translation import InLanguage
from kiosk.storage.upsert import insert_if_new
from kiosk.told.family_notice import FamilyNotice, FamilyNotices, NoticeVersion
from kiosk.told.models import FamilyNoticeDay
from kiosk.wording.messages import N_, Refused

TO_FAMILIES = "to_families"  # the kind under which two people approve a notice
SUPERVISED = "supervised-access"


@dataclass(frozen=True)
class Told:
    """A version that was published: in which words, on which day, and on which last day families were told again."""

    digest: str
    published_on: date
    told_on: date


Key = tuple[str, str, int]  # of a version: notice, language, number


@dataclass(frozen=True)
class ShownVersion:
    """A published version as families read it: in their language where it was published so, else in English."""

    notice: FamilyNotice
    version: NoticeVersion
    published_on: date


@dataclass
class ShownNotice:
    """A notice that is published, with its older versions, the notice that says what was not so in it, and the other
    way round."""

    id: str
    newest: ShownVersion
    told_on: date
    earlier: Sequence[ShownVersion]
    languages: Mapping[str, InLanguage]
    corrected_by: "ShownNotice | None" = None
    corrects: "ShownNotice | None" = None


def told_versions(session: Session) -> dict[Key, Told]:
    """Every version that families were told; one query."""
    found: dict[Key, Told] = {}
    for row in session.scalars(select(FamilyNoticeDay).order_by(FamilyNoticeDay.told_on)):
        key = row.notice, row.lang, row.version
        first = found.get(key)
        found[key] = Told(row.digest, first.published_on if first else row.told_on, row.told_on)
    return found


def approval_key(notice: FamilyNotice) -> str:
    """The key under which two people approve it."""
    own = f"{TO_FAMILIES}/{notice.id}"
    return own if notice.lang == ENGLISH else f"translation/{TO_FAMILIES}-{notice.id}.{notice.lang}"


@dataclass(frozen=True)
class Telling:
    """Somebody who tells families now: `digest` is that of the words on the page on which they pressed the button."""

    acting: Acting
    today: date
    digest: str
    approved: Collection[str] = ()  # keys of what two people approved as it is


def publish(session: Session, notice: FamilyNotice, one: Telling, number: int | None = None) -> None:
    """Publish a version, the newest unless another is named: from now on its words are as they are.

    Twice is once. Raises Refused for what two people have not approved, and where older words were changed.
    """
    version = notice.versions[number] if number else notice.newest
    told = told_versions(session)
    if version.digest != one.digest:
        raise Refused(N_("It has changed since you opened this page. Read it again, then publish it."))
    if approval_key(notice) not in one.approved:
        raise Refused(N_("Two people have to approve these words before families read them."))
    if any(_changed({(notice.id, notice.lang): notice}, told)):
        raise Refused(
            N_("Words that families were told already have changed. Put them back; they stay as they were.")
        )
    key = notice.id, notice.lang, version.number
    if notice.lang != ENGLISH and (notice.id, ENGLISH, version.number) not in told:
        raise Refused(N_("Publish the English first: this is its translation."))
    if key not in told:
        _tell(session, key, version, one)


def tell_again(session: Session, notice: FamilyNotice, one: Telling) -> None:
    """Write down that families are told the newest published version once more today, with the slip that goes home."""
    told = told_versions(session)
    for version in sorted(notice.versions.values(), key=lambda version: -version.number):
        known = told.get((notice.id, ENGLISH, version.number))
        if known and known.digest == version.digest:
            if known.told_on < one.today:
                _tell(session, (notice.id, ENGLISH, version.number), version, one)
            return
    raise Refused(N_("This notice is not published yet."))


def _tell(session: Session, key: Key, version: NoticeVersion, one: Telling) -> None:
    names = dict(zip(("notice", "lang", "version"), key, strict=True))
    if insert_if_new(session, FamilyNoticeDay, names | {"told_on": one.today, "digest": version.digest}):
        one.acting.note(session, LogAct.FAMILIES_TOLD, notice=key[0], lang=key[1], version=key[2])


def frozen_words(session: Session, notices: FamilyNotices) -> list[ContentProblem]:
    """Where the words of a version that families were told are others now, or are gone."""
    return list(_changed(notices, told_versions(session)))


def _changed(notices: FamilyNotices, told: Mapping[Key, Told]) -> Iterator[ContentProblem]:
    for (id, lang, number), known in told.items():
        notice = notices.get((id, lang))
        one = notice and notice.versions.get(number)
        if notice and one is None:
            message = f"families were told version {number}; it stays to be read: put it back"
            yield ContentProblem(notice.newest.path, 1, message)
        elif one and one.digest != known.digest:
            message = (
                f"families were told version {number} in other words; put those back, write what is new as version "
                f"{number + 1}, and say a mistake in a notice of its own that corrects this one"
            )
            yield ContentProblem(one.path, one.line, message)


def last_told(session: Session, id: str) -> date | None:
    """The last day on which families were told a notice."""
    this = FamilyNoticeDay.notice == id, FamilyNoticeDay.lang == ENGLISH
    return session.scalar(select(func.max(FamilyNoticeDay.told_on)).where(*this))


def shown_notices(
    notices: FamilyNotices, told: Mapping[Key, Told], lang: str, offered: Sequence[str]
) -> list[ShownNotice]:
    """What families read in a language, the one published last first; words that were changed are shown to nobody."""
    found: dict[str, ShownNotice] = {}
    for (id, own), english in notices.items():
        versions = _published(english, told) if own == ENGLISH else []
        if not versions:
            continue
        theirs = notices.get((id, lang))
        shown = [_in(theirs, one, told) for one in versions]
        newest = versions[0].version.number
        states = {code: _state(notices.get((id, code)), code, id, newest, told) for code in offered}
        told_on = told[id, ENGLISH, newest].told_on
        found[id] = ShownNotice(id, shown[0], told_on, shown[1:], states)
    for id, one in found.items():
        if wrong := found.get(notices[id, ENGLISH].corrects):
            wrong.corrected_by, one.corrects = one, wrong
    return sorted(found.values(), key=lambda one: (one.newest.published_on, one.id), reverse=True)


def _published(notice: FamilyNotice, told: Mapping[Key, Told]) -> list[ShownVersion]:
    """The versions of a notice in its own language that are published in these words, the newest first."""
    return [
        ShownVersion(notice, one, told[key].published_on)
        for number, one in sorted(notice.versions.items(), reverse=True)
        if (key := (notice.id, notice.lang, number)) in told and told[key].digest == one.digest
    ]


def _in(theirs: FamilyNotice | None, english: ShownVersion, told: Mapping[Key, Told]) -> ShownVersion:
    number = english.version.number
    own = theirs and next((one for one in _published(theirs, told) if one.version.number == number), None)
    return ShownVersion(own.notice, own.version, english.published_on) if own else english


def _state(
    theirs: FamilyNotice | None, lang: str, id: str, newest: int, told: Mapping[Key, Told]
) -> InLanguage:
    if lang == ENGLISH:
        return InLanguage.APPROVED
    published = [one.version.number for one in _published(theirs, told)] if theirs else []
    if newest in published:
        return InLanguage.APPROVED
    if theirs and newest in theirs.versions:
        return InLanguage.DRAFT
    return InLanguage.OLD if published else InLanguage.NOT_YET
