"""What the database says of a child's decision is what kiosk says of it."""

from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision
from kiosk.conduct.signing import DecisionState
from kiosk.oversight.decisions import (
    ClassAgreement,
    agreement_in,
    current_code,
    decision_state,
    pupil_decisions,
    state_column,
    with_decisions,
)
from tests.factories import make_pupil
from tests.oversight.school import DAY, decide, fill_class


def fill(session: Session, codes: Codes) -> list[ClassGroup]:
    """Children who decided in every way: now and in a year that lapsed, about this Code, an older one and another."""
    groups = [fill_class(session, 0, band=band) for band in Band]
    for group, decision in product(groups, Decision):
        code, other = codes[group.band.value, "en"], codes["ks2" if group.band is Band.KS1 else "ks1", "en"]
        for version, lapsed_on in product((code.version - 1, code.version, code.version + 1), (None, DAY)):
            decide(
                session, make_pupil(session, group), code, decision, code_version=version, lapsed_on=lapsed_on
            )
        again = make_pupil(session, group)
        decide(session, again, code, Decision.AGREE)
        decide(session, again, code, decision, decided_on=DAY.replace(day=25))
        decide(session, make_pupil(session, group), other, decision)
    for group in groups:
        make_pupil(session, group)
    session.flush()
    return groups


def without(codes: Codes, band: Band) -> Codes:
    """The Codes of a school that has none for an age group."""
    return Codes({key: code for key, code in codes.all.items() if key[0] != band.value})


def test_a_state_is_the_same_in_the_database(session: Session, codes: Codes) -> None:
    groups = fill(session, codes)
    decided, band_of = pupil_decisions(session, groups), {group.id: group.band.value for group in groups}
    children = {
        row.id: band_of[row.class_group_id] for row in session.execute(select(Pupil.id, Pupil.class_group_id))
    }
    for some in (codes, without(codes, Band.KS3), Codes({})):
        rows = session.execute(select(Pupil.id, state_column(some)).select_from(with_decisions()))
        found = {id: DecisionState(state) for id, state in rows}
        assert found == {
            id: decision_state(decided.get(id), current_code(some, band)) for id, band in children.items()
        }
    assert {
        decision_state(decided.get(id), current_code(codes, band)) for id, band in children.items()
    } == set(DecisionState)


def test_how_many_agree_is_counted_of_who_is_there(session: Session, codes: Codes, code: Code) -> None:
    first, second, other = fill_class(session, 3), fill_class(session, 2), fill_class(session, 1)
    decide(session, first.pupils[0], code)
    decide(session, first.pupils[1], code, Decision.QUESTION)
    decide(session, second.pupils[0], code)
    second.pupils[0].left_on = DAY
    decide(session, other.pupils[0], code)
    session.flush()
    assert agreement_in(session, [first, second], codes) == {
        first.id: ClassAgreement(3, 1),
        second.id: ClassAgreement(1, 0),
    }
