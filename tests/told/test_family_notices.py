"""Notices to families: a version that was published stays as it is, and nothing else is read (promise F5)."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.content.translation import InLanguage
from kiosk.sealing.site_key import SiteKey
from kiosk.told.family_notice import FOLDER, FamilyNotices, scan_family_notices
from kiosk.told.family_notices import (
    ShownNotice,
    Telling,
    approval_key,
    frozen_words,
    last_told,
    publish,
    shown_notices,
    tell_again,
    told_versions,
)
from kiosk.wording.facts import read_facts
from kiosk.wording.messages import Refused
from tests.tree import ROOT

CONTENT = ROOT / "content"
TODAY = date(2026, 12, 1)
FIRST = 'text:\n  - "A grown-up is in the room."\nasks: "Talk about it."\n'
SECOND = (
    'new: "Two grown-ups."\nchanged:\n  - {before: "One.", now: "Two."}\ntext:\n  - "Two are in the room."\n'
)


def write(folder: Path, *versions: str, id: str = "trips", lang: str = "en", head: str = "") -> None:
    """Write the file of a notice, with its versions from the first on; `of` stands before a tab in a translation."""
    path = folder / FOLDER / f"{id}.{lang}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f'---\nschema: family-notice/1\nid: {id}\nlang: {lang}\ntitle: "On trips"\n{head}---\n\n'
    for number, one in enumerate(versions, 1):
        of, _tab, words = one.rpartition("\t")
        mark = f' of="{of}"' if of else ""
        text += f"::: version {{#v{number}{mark}}}\n{words}:::\n\n"
    path.write_text(text, encoding="utf-8")


def read(folder: Path) -> FamilyNotices:
    """The notices of a folder that has no mistake."""
    notices, problems = scan_family_notices([folder], read_facts(CONTENT))
    assert [str(one) for one in problems] == []
    return notices


def mistakes(*folders: Path) -> list[str]:
    """What is said of the files of these folders."""
    return [one.message for one in scan_family_notices(folders, read_facts(CONTENT))[1]]


def telling(
    key: SiteKey, notices: FamilyNotices, day: date = TODAY, lang: str = "en", **changes: str
) -> Telling:
    """Somebody who publishes what two people approved."""
    notice = notices["trips", lang]
    approved: Collection[str] = {approval_key(one) for one in notices.values()}
    digest = changes.get("digest", notice.newest.digest)
    return Telling(Acting(key, None, datetime(2026, 12, 1, 9, tzinfo=UTC)), day, digest, approved)


def tell(session: Session, key: SiteKey, notices: FamilyNotices, day: date = TODAY, lang: str = "en") -> None:
    publish(session, notices["trips", lang], telling(key, notices, day, lang))


def shown(session: Session, notices: FamilyNotices, lang: str = "en") -> list[ShownNotice]:
    return shown_notices(notices, told_versions(session), lang, ["en", "pl", "ur"])


def test_a_published_version_with_another_word_is_a_mistake_of_its_file_and_is_shown_to_nobody(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    tell(session, key, read(tmp_path))
    write(tmp_path, FIRST.replace("in the room", "at school"))
    (found,) = frozen_words(session, read(tmp_path))
    assert "families were told version 1 in other words" in found.message
    assert found.path.name == "trips.en.md"
    assert shown(session, read(tmp_path)) == []
    write(tmp_path, FIRST.replace("in the room", "at school"), SECOND)
    with pytest.raises(Refused, match="stay as they were"):
        tell(session, key, read(tmp_path))
    write(tmp_path, FIRST, SECOND)
    assert frozen_words(session, read(tmp_path)) == []


def test_a_title_that_changed_is_another_word_too(tmp_path: Path, session: Session, key: SiteKey) -> None:
    write(tmp_path, FIRST)
    tell(session, key, read(tmp_path))
    path = tmp_path / FOLDER / "trips.en.md"
    path.write_text(path.read_text().replace("On trips", "Trips"), encoding="utf-8")
    assert len(frozen_words(session, read(tmp_path))) == 1


def test_the_next_version_is_read_beside_the_one_before_each_with_its_day(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    tell(session, key, read(tmp_path), TODAY - timedelta(days=30))
    write(tmp_path, FIRST, SECOND)
    notices = read(tmp_path)
    (before,) = shown(session, notices)
    assert (before.newest.version.number, before.earlier) == (1, []), "nobody has published the second yet"
    tell(session, key, notices)
    (now,) = shown(session, notices)
    assert (now.newest.version.number, now.newest.published_on) == (2, TODAY)
    assert [(one.version.number, one.published_on) for one in now.earlier] == [
        (1, TODAY - timedelta(days=30))
    ]


def test_nothing_is_published_that_two_people_have_not_approved_or_that_was_not_on_the_page(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    notices = read(tmp_path)
    unread = Telling(telling(key, notices).acting, TODAY, notices["trips", "en"].newest.digest)
    with pytest.raises(Refused, match="Two people"):
        publish(session, notices["trips", "en"], unread)
    with pytest.raises(Refused, match="has changed since"):
        publish(session, notices["trips", "en"], telling(key, notices, digest="another"))
    assert told_versions(session) == {}


def test_publishing_twice_is_once_and_stands_in_the_log_once(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    notices = read(tmp_path)
    tell(session, key, notices)
    tell(session, key, notices, TODAY + timedelta(days=3))
    (one,) = told_versions(session).values()
    assert (one.published_on, one.told_on) == (TODAY, TODAY)
    assert [entry.act for entry in session.scalars(select(LogEntry))] == [LogAct.FAMILIES_TOLD.value]


def test_families_are_told_again_in_the_same_words_and_the_last_day_counts(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    notices = read(tmp_path)
    with pytest.raises(Refused, match="not published"):
        tell_again(session, notices["trips", "en"], telling(key, notices))
    tell(session, key, notices)
    later = TODAY + timedelta(days=280)
    for _ in range(2):
        tell_again(session, notices["trips", "en"], telling(key, notices, later))
    (one,) = shown(session, notices)
    assert (one.newest.published_on, one.told_on) == (TODAY, later)
    assert last_told(session, "trips") == later
    assert last_told(session, "another") is None


def test_a_translation_is_read_once_it_is_published_and_shows_english_where_it_lags(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    of = read(tmp_path)["trips", "en"].newest.digest
    polish = f'{of}\ttext:\n  - "Dorosły jest w sali."\nasks: "Porozmawiajcie."\n'
    write(tmp_path, polish, lang="pl")
    notices = read(tmp_path)
    with pytest.raises(Refused, match="English first"):
        tell(session, key, notices, lang="pl")
    tell(session, key, notices)
    (draft,) = shown(session, notices, "pl")
    assert draft.newest.notice.lang == "en"
    assert [draft.languages[lang] for lang in ("en", "pl", "ur")] == [
        InLanguage.APPROVED,
        InLanguage.DRAFT,
        InLanguage.NOT_YET,
    ]
    tell(session, key, notices, TODAY + timedelta(days=1), lang="pl")
    (read_it,) = shown(session, notices, "pl")
    assert (read_it.newest.notice.lang, read_it.newest.published_on) == ("pl", TODAY)
    write(tmp_path, FIRST, SECOND)
    notices = read(tmp_path)
    tell(session, key, notices, TODAY + timedelta(days=2))
    (lags,) = shown(session, notices, "pl")
    assert (lags.newest.notice.lang, lags.earlier[0].notice.lang) == ("en", "pl")
    assert lags.languages["pl"] is InLanguage.OLD


def test_a_translation_of_other_english_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, FIRST)
    write(tmp_path, f"0123456789abcdef\t{FIRST}", lang="pl")
    assert list(read(tmp_path)) == [("trips", "en")]


def test_a_mistake_is_a_notice_of_its_own_and_the_old_one_leads_to_it(
    tmp_path: Path, session: Session, key: SiteKey
) -> None:
    write(tmp_path, FIRST)
    write(tmp_path, FIRST, id="trips-put-right", head="corrects: trips\n")
    notices = read(tmp_path)
    tell(session, key, notices)
    right = notices["trips-put-right", "en"]
    publish(session, right, telling(key, notices, TODAY + timedelta(days=2), digest=right.newest.digest))
    newer, older = shown(session, notices)
    assert (newer.id, older.id) == ("trips-put-right", "trips")
    assert older.corrected_by is not None and older.corrected_by.id == "trips-put-right"
    assert newer.corrected_by is None


@pytest.mark.parametrize(
    ("versions", "head", "said"),
    [
        ((FIRST, FIRST), "", "from the second version on, say what is new"),
        ((), "", "there is no ::: version {#v1}"),
        (('asks: "Talk."\n',), "", '"text" is missing'),
        ((FIRST,), "corrects: nothing\n", 'there is no other notice "nothing" that it could correct'),
        ((FIRST,), "corrects: trips\n", 'there is no other notice "trips" that it could correct'),
    ],
)
def test_what_is_missing_in_a_notice_is_said_where_it_is_missing(
    tmp_path: Path, versions: tuple[str, ...], head: str, said: str
) -> None:
    write(tmp_path, *versions, head=head)
    assert [said in one for one in mistakes(tmp_path)] == [True], mistakes(tmp_path)


def test_a_school_has_notices_of_its_own_and_none_under_a_name_of_kiosk(tmp_path: Path) -> None:
    write(tmp_path, FIRST)
    assert mistakes(CONTENT, tmp_path) == []
    write(tmp_path, FIRST, id="supervised-access")
    assert mistakes(CONTENT, tmp_path) == ['"supervised-access" is a notice of kiosk; choose another name']


SHIPPED = {
    ("code-changed", 1): "9e1f549dd6f3e4f2",
    ("code-changed", 2): "d7ba760adc85b80f",
    ("network-checks", 1): "a7fcfec4a6f2fe9c",
    ("supervised-access", 1): "95f578671f3b5d28",
}


def test_a_version_that_a_release_brought_reads_as_it_did() -> None:
    """Schools have told it to families: what is new gets the next version, and a new version its line here."""
    notices = read(CONTENT)
    now = {
        (id, number): one.digest
        for (id, lang), notice in notices.items()
        if lang == "en"
        for number, one in notice.versions.items()
    }
    assert now == SHIPPED
