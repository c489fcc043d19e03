"""In the middle of a life somebody who can write the reports database forges the list of readers."""

from dataclasses import replace

from sqlalchemy import select

from kiosk.report.access.reader_chain import chain_contains, whole_chain, write_signatures
from kiosk.report.models import KeyDue, ReaderList, ReportReader
from kiosk.sealing.list_statements import Change, ListedReader, Recoverer, Version, sign_change, write
from kiosk.sealing.reader_key import ReaderSecret, mark_of
from kiosk.sealing.reader_list import after_change
from kiosk.sealing.recovery import RecoverySecret
from tests.faults.key_life import START, KeyLife

EVE = ReaderSecret(b"eve".ljust(32, b"."))
EVES_ID = "e" * 32
BEGAN = START.date()
EVES_SHEETS = RecoverySecret(b"sheets of eve!!!")


def forges(life: KeyLife) -> None:
    """Rows of a forger; the next reader who signs in is not fooled, and nothing is sealed anew for the forger."""
    honest = life.chain
    before = {name: dict(getattr(life, name)) for name in ("secrets", "devices", "shut")}
    with life.reports.begin_nested() as one, life.school.begin_nested() as two:
        _store(life, life.chance.choice(FORGERIES)(life, honest))
        noted = set(life.reports.scalars(select(KeyDue.report_id)))
        life.reports.add_all(KeyDue(report_id=id) for id in set(life.kept_out) - noted)
        life.reports.flush()
        for person in life.some([one for one in life.people() if one.id in life.devices], 2):
            pin = life.pin_of(person)
            opened = life.sign_in(person)
            believed = [version.hash for version in whole_chain(life.reports)]
            if opened and pin is not None:  # a first key after a forgotten password has seen nothing yet
                assert believed == [version.hash for version in honest[: len(believed)]], "a forged list"
                if chain_contains(
                    honest, pin.version, pin.hash
                ):  # else it was put back since, and two sheets have signed
                    assert pin.version <= len(believed), (
                        "a list that was cut behind what this reader has seen"
                    )
        marks = set(life.reports.scalars(select(ReportReader.key_mark)))
        assert not marks & {mark_of(EVE.public_key), mark_of(EVES_SHEETS.public_key)}, "sealed for a forger"
        one.rollback()
        two.rollback()
    for name, was in before.items():
        setattr(life, name, was)


def _store(life: KeyLife, forged: list[Version]) -> None:
    life.reports.query(ReaderList).delete()
    life.reports.add_all(
        ReaderList(version=number, statement=version.text, signatures=write_signatures(version.signatures))
        for number, version in enumerate(forged, 1)
    )
    life.reports.flush()


def _eve() -> ListedReader:
    return ListedReader("Ms Eve", ("dsl",), EVE.public_key, EVE.verify_key, BEGAN, BEGAN)


def _one_signs(life: KeyLife, chain: tuple[Version, ...]) -> list[Version]:
    """A thief has one reader's open key, or none, and lets Eve in with it and with her own."""
    last = chain[-1]
    what = Change("f" * 32, life.today, life.today, put={EVES_ID: _eve()})
    thief = life.chance.choice(life.readers()) if life.readers() else None
    keys = {EVES_ID: EVE.signing_key} | (
        {thief.id.hex: life.secrets[thief.id].signing_key} if thief is not None else {}
    )
    agreed = {id: sign_change(what, key).hex() for id, key in keys.items()}
    cause = {"kind": "changed", "change": what.plain(), "agreed": agreed}
    readers = after_change(last, what, life.today, life.today)
    return [*chain, write(last, life.today, readers, last.recovery, cause, keys)]


def _own_sheets(life: KeyLife, chain: tuple[Version, ...]) -> list[Version]:
    last, recoverer = chain[-1], Recoverer(EVES_SHEETS.public_key, EVES_SHEETS.verify_key)
    readers = dict(last.readers) | {EVES_ID: _eve()}
    keys = {"recovery": EVES_SHEETS.signing_key, EVES_ID: EVE.signing_key}
    return [*chain, write(last, life.today, readers, recoverer, {"kind": "recovered"}, keys)]


def _cut(life: KeyLife, chain: tuple[Version, ...]) -> list[Version]:
    return list(chain[: life.chance.randrange(len(chain))])


def _other_key(life: KeyLife, chain: tuple[Version, ...]) -> list[Version]:
    place = life.chance.randrange(len(chain))
    victim = life.chance.choice(list(chain[place].readers.values()))
    text = chain[place].text.replace(victim.public_key.hex().encode(), EVE.public_key.hex().encode())
    return [*chain[:place], replace(chain[place], text=text), *chain[place + 1 :]]


def _founded_anew(life: KeyLife, chain: tuple[Version, ...]) -> list[Version]:
    recoverer = Recoverer(EVES_SHEETS.public_key, EVES_SHEETS.verify_key)
    other = ReaderSecret(b"mallory".ljust(32, b"."))
    listed = {EVES_ID: _eve(), "d" * 32: replace(_eve(), verify_key=other.verify_key)}
    keys = {EVES_ID: EVE.signing_key, "d" * 32: other.signing_key}
    return [write(None, life.today, listed, recoverer, {"kind": "founded"}, keys)]


FORGERIES = (_one_signs, _own_sheets, _cut, _other_key, _founded_anew)
