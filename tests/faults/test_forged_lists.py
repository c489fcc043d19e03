"""A thousand forged lists of readers: each is seen at the next unlocking, and nothing is sealed anew for a forger."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.readers.signed_list.pins import ListDiffers, changes_since, make_pin
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import Opener
from kiosk.report.access.reader_chain import replace_chain, verified_chain, whole_chain, write_signatures
from kiosk.report.access.renewal import renew_due_keys
from kiosk.report.access.sealed_report import RECOVERY_ID, store_report
from kiosk.report.models import KeyDue, Reader, ReaderList, ReportReader
from kiosk.sealing.list_statements import RECOVERY, Version, sign, sign_change, write
from kiosk.sealing.reader_key import mark_of
from kiosk.sealing.recovery import RecoverySecret
from tests.factories import RECOVERY_SECRET, open_zone
from tests.faults.figures import reached, trials
from tests.report.sealed import sealed_report
from tests.sealing.list_world import (
    LATER,
    Chain,
    change,
    changed,
    entry,
    found,
    person,
    recovered,
    recoverer,
    secret,
)

FORGERIES = trials(60, 1_000)
THIEF = RecoverySecret(b"sheets of thief!")
STRANGERS = ("eve", "mallory", "trudy")
Forgery = Callable[[Random, list[Version]], list[Version]]


def honest() -> Chain:
    """Five versions: three founders, two who came, one who left."""
    chain = Chain([found("ada", "ben", "cleo", sheets=RECOVERY_SECRET)])
    for name in ("dora", "emil"):
        chain.add(changed(chain.last, change(put={person(name): entry(name, "dsl")}), "ada", "ben"))
    chain.add(changed(chain.last, change(drop=(person("cleo"),)), "cleo", "ada"))
    return chain.add(changed(chain.last, change(put={person("fred"): entry("fred", "dsl")}), "ben", "ada"))


def _edited(chance: Random, chain: list[Version]) -> list[Version]:
    """A byte of a statement is another one, or somebody's key is the forger's."""
    place = chance.randrange(len(chain))
    old = chain[place]
    if chance.random() < 0.5:
        at = chance.randrange(len(old.text))
        text = old.text[:at] + bytes([old.text[at] ^ (1 << chance.randrange(8))]) + old.text[at + 1 :]
    else:
        victim = chance.choice(list(old.readers.values()))
        text = old.text.replace(victim.public_key.hex().encode(), secret("eve").public_key.hex().encode())
    return [*chain[:place], replace(old, text=text), *chain[place + 1 :]]


def _dropped(chance: Random, chain: list[Version]) -> list[Version]:
    place = chance.randrange(len(chain))
    return chain[:place] + chain[place + 1 :]


def _reordered(chance: Random, chain: list[Version]) -> list[Version]:
    one, two = chance.sample(range(len(chain)), 2)
    mixed = list(chain)
    mixed[one], mixed[two] = mixed[two], mixed[one]
    return mixed


def _rolled_back(chance: Random, chain: list[Version]) -> list[Version]:
    return chain[: chance.randrange(len(chain))]


def _one_signature(chance: Random, chain: list[Version]) -> list[Version]:
    """A thief of one reader's key lets a stranger in alone."""
    what = change(put={person("eve"): entry("eve", "dsl")})
    return [*chain, changed(chain[-1], what, chance.choice(("ada", "ben", "dora")))]


def _stranger_signs(chance: Random, chain: list[Version]) -> list[Version]:
    what = change(put={person("eve"): entry("eve", "dsl")})
    return [*chain, changed(chain[-1], what, "ada", "eve", keys={"ada": secret("eve").signing_key})]


def _signs_again(chance: Random, chain: list[Version]) -> list[Version]:
    """The last version with another reader in it, under the signatures of the true one."""
    last = chain[-1]
    text = last.text.replace(b'"name":"fred"', b'"name":"eve."')
    return [*chain[:-1], replace(last, text=text)]


def _forked(chance: Random, chain: list[Version]) -> list[Version]:
    """From some version on another history, by somebody who left with the key and one who stayed."""
    place = chance.randrange(1, 4)
    what = change(put={person("eve"): entry("eve", "dsl")})
    forked = changed(chain[place - 1], what, "cleo", "eve", keys={"eve": secret("eve").signing_key})
    return [*chain[:place], forked]


def _founded_anew(chance: Random, chain: list[Version]) -> list[Version]:
    """Root, chain and copy are all replaced: strangers found a list of their own, as long as the true one."""
    names = STRANGERS if chance.random() < 0.5 else (*STRANGERS, "ada")
    new = Chain([found(*names, sheets=THIEF)])
    for turn in range(chance.randrange(6)):
        name = f"puppet{turn}"
        new.add(changed(new.last, change(put={person(name): entry(name, "dsl")}), "eve", "mallory"))
    return new.versions


def _own_sheets(chance: Random, chain: list[Version]) -> list[Version]:
    """A recovery key of the forger's own (T5), in a version that these sheets sign."""
    forged = recovered(chain[-1], "eve", "mallory", sheets=THIEF)
    plain = write(
        chain[-1],
        LATER,
        forged.readers,
        recoverer(THIEF),
        {"kind": "recovered"},
        {RECOVERY: THIEF.signing_key},
    )
    return [*chain, chance.choice([forged, plain])]


def _used_again(chance: Random, chain: list[Version]) -> list[Version]:
    """An old change, truly signed by two, is used a second time after its reader had left."""
    old = chain[chance.randrange(1, len(chain))]
    readers = dict(chain[-1].readers) | dict(old.readers)
    again = write(chain[-1], LATER, readers, chain[-1].recovery, old.cause, {})
    return [*chain, replace(again, signatures=dict(old.signatures))]


def _signed_for_something_else(chance: Random, chain: list[Version]) -> list[Version]:
    """Signatures under a change are passed off as signatures under a version."""
    what = change(drop=(person("dora"),))
    wrong = changed(chain[-1], what, "ada", "ben")
    signature = sign_change(what, secret("ben").signing_key)
    return [
        *chain,
        replace(
            wrong, signatures={person("ben"): signature, person("eve"): sign(b"", secret("eve").signing_key)}
        ),
    ]


FORGERIES_BY_NAME: dict[str, Forgery] = {
    "edited": _edited,
    "dropped": _dropped,
    "reordered": _reordered,
    "rolled back": _rolled_back,
    "one signature": _one_signature,
    "a stranger's signature": _stranger_signs,
    "signed again": _signs_again,
    "forked": _forked,
    "founded anew": _founded_anew,
    "own sheets": _own_sheets,
    "used again": _used_again,
    "signed for something else": _signed_for_something_else,
}


@pytest.fixture
def told(reports_session: Session) -> Session:
    """A school with the honest list, in which children have told; every report waits for a renewal, as in T5."""
    open_zone(reports_session)
    chain = honest()
    for name in ("ada", "ben", "dora", "emil", "fred"):
        made = secret(name)
        reports_session.add(
            Reader(
                id=uuid.UUID(person(name)),
                name=name,
                email=f"{name}@school.example",
                roles="dsl",
                public_key=made.public_key,
            )
        )
    replace_chain(reports_session, chain.versions)
    for _ in range(2):
        sealed = sealed_report(read_keyring(reports_session), concern="friend")
        store_report(reports_session, sealed)
        reports_session.add(KeyDue(report_id=sealed.id))
    reports_session.flush()
    return reports_session


def forge(chance: Random, name: str, chain: list[Version]) -> list[Version]:
    """A forgery of a kind; never by chance the honest chain itself."""
    forged = FORGERIES_BY_NAME[name](chance, chain)
    assert [(one.text, dict(one.signatures)) for one in forged] != [
        (one.text, dict(one.signatures)) for one in chain
    ]
    return forged


def is_seen(session: Session, chain: list[Version], pin_day: date) -> bool:
    """Whether the next honest unlocking shows it: the key stays shut, or what is forged is not believed and named."""
    verified = whole_chain(session)
    try:
        changes_since(verified, make_pin(chain, pin_day))
    except ListDiffers:
        return True
    stored = len(session.scalars(select(ReaderList.version)).all())
    return [one.text for one in verified] == [one.text for one in chain] and stored > len(verified)


@pytest.mark.database("sqlite")
def test_every_forged_list_is_seen_at_the_next_unlocking_and_nothing_is_sealed_anew_for_a_forger(
    told: Session,
) -> None:
    chain = list(verified_chain(told))
    assert len(chain) == len(honest().versions)
    marks = {mark_of(secret(name).public_key) for name in ("ada", "ben", "cleo", "dora", "emil", "fred")}
    mine = Opener(
        uuid.UUID(person("ada")),
        {"dsl"},
        secret("ada").private_key,
        LATER + timedelta(days=9),
        (chain[-1].number, chain[-1].hash),
    )
    names = list(FORGERIES_BY_NAME)
    seen: dict[str, int] = {}
    for number in range(FORGERIES):
        name, chance = names[number % len(names)], Random(number)
        with told.begin_nested() as point:
            replace_stored(told, forge(chance, name, chain))
            assert is_seen(told, chain, LATER), (name, number)
            renew_due_keys(told, mine)
            wraps = told.execute(select(ReportReader.reader_id, ReportReader.key_mark)).all()
            assert {one.key_mark for one in wraps if one.reader_id != RECOVERY_ID} <= marks, (name, number)
            recovery = {one.key_mark for one in wraps if one.reader_id == RECOVERY_ID}
            assert recovery == {mark_of(RECOVERY_SECRET.public_key)}, (name, number)
            point.rollback()
        seen[name] = seen.get(name, 0) + 1
    assert sum(seen.values()) == FORGERIES
    reached("forged lists of readers", f"{FORGERIES} of {FORGERIES} seen, 0 reports sealed anew: {seen}")


def replace_stored(session: Session, forged: list[Version]) -> None:
    """Write rows as a forger does who has the database, one after the other from 1 on."""
    replace_chain(session, [])
    session.add_all(
        ReaderList(version=number, statement=version.text, signatures=write_signatures(version.signatures))
        for number, version in enumerate(forged, 1)
    )
    session.flush()


@pytest.mark.database("sqlite")
def test_the_honest_list_is_believed_and_renews_what_is_due(told: Session) -> None:
    chain = list(verified_chain(told))
    assert changes_since(chain, make_pin(chain, LATER)) == []
    mine = Opener(
        uuid.UUID(person("ada")),
        {"dsl"},
        secret("ada").private_key,
        LATER + timedelta(days=9),
        (chain[-1].number, chain[-1].hash),
    )
    told.execute(delete(ReportReader).where(ReportReader.reader_id == uuid.UUID(person("ben"))))
    assert renew_due_keys(told, mine) == 2
    held = told.scalars(select(ReportReader.reader_id).distinct()).all()
    assert uuid.UUID(person("ben")) in held
    assert uuid.UUID(person("fred")) in held, "whose waiting time is over"
    assert uuid.UUID(person("cleo")) not in held
