"""What happens in the life of readers' keys: one function for each thing that somebody does, honest or not."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.reader_keys import forget_key, keys_of_present_readers
from kiosk.readers.proposals.approval import object_to
from kiosk.readers.proposals.minimum_readers import freeze, may_count_as_reader, unfreeze
from kiosk.readers.proposals.proposals import (
    RoleChange,
    open_proposals,
    propose_handover,
    propose_key,
    propose_role,
    take_back,
)
from kiosk.readers.recovery.sheets import recovered_list
from kiosk.readers.signed_list.holders import waiting_keys
from kiosk.readers.signed_list.versions import SchoolDay, add_recovered, cancel_reader
from kiosk.report.access.reader_chain import replace_chain
from kiosk.report.access.renewal import NobodyLeft, renew_with_recovery, step_aside
from kiosk.roles import READING_ROLES
from kiosk.sealing.list_statements import ListBroken
from kiosk.wording.messages import Refused
from tests.factories import RECOVERY_SECRET
from tests.faults.key_life import READING, KeyLife
from tests.faults.key_life_states import state_of

WHY = "The life of keys goes on."


def tells(life: KeyLife) -> None:
    """A child tells."""
    life.tells()


def signs_in(life: KeyLife) -> None:
    """Somebody comes to work."""
    life.sign_in(life.chance.choice(life.people()))


def forgets(life: KeyLife) -> None:
    """Somebody forgets the password and chooses a new one by a link, perhaps at another device."""
    person = life.chance.choice(life.people())
    life.passwords[person.id] = life.chance.randbytes(32)
    if life.chance.random() < 0.3:
        life.devices.pop(person.id, None)
    life.sign_in(person)


def proposes(life: KeyLife) -> None:
    """Somebody asks that a role changes hands; whoever gains may be new here, or have left and come back."""
    role, deputy = life.chance.choice(READING), life.chance.random() < 0.5
    holders = [person for person in life.people() if role in person.roles]
    gains = life.chance.choice([None, _somebody(life), life.chance.choice(life.people())])
    loses = life.chance.choice([None, *holders])
    try:
        asked = RoleChange(role, deputy, gains, loses, WHY)
        propose_role(life.school, life.chance.choice(life.people()), asked, life.today)
    except Refused:
        return
    if gains is not None and life.chance.random() < 0.8:
        life.sign_in(gains)  # which makes keys


def hands_over(life: KeyLife) -> None:
    """Somebody hands over everything, or another one for them; who takes it on may be new, or anybody at all."""
    givers = [person for person in life.people() if READING_ROLES & person.roles]
    gives, takes = life.chance.choice(givers), life.chance.choice([_somebody(life), life.newcomer()])
    by = gives if life.chance.random() < 0.8 else life.chance.choice(life.people())
    day = life.today + timedelta(days=life.chance.choice((2, 5, 7, 9, 14)))
    try:
        when = SchoolDay(life.calendar, life.today)
        proposal = propose_handover(life.school, life.chain, by, gives, takes, day, when)
    except Refused:
        return
    life.handed += 1
    before = state_of(life)
    life.agrees(proposal, by)
    if life.chance.random() < 0.9:
        life.sign_in(takes)
        proposal.taken_on = life.today
    if life.chance.random() < 0.7:
        for person in life.some(life.readers(), 8):
            if life.agrees(proposal, person):
                for one in before:  # what the giver was kept out of stays with its readers (promise G1)
                    if gives.id in life.kept_out[one.id] and takes.id not in one.wrapped:
                        life.kept_out[one.id].add(takes.id)
                break
        life.work()


def _somebody(life: KeyLife) -> StaffMember:
    left = [person for person in life.everybody if person.left_on is not None]
    if left and life.chance.random() < 0.5:
        person = life.chance.choice(left)
        person.left_on = None  # invited again: the account is the same one
        return person
    return life.newcomer() if life.chance.random() < 0.3 else life.chance.choice(life.people())


def asks(life: KeyLife) -> None:
    """A reader begins to confirm a key that is in no list."""
    waiting = waiting_keys(life.school, life.chain)
    if waiting and life.readers():
        propose_key(
            life.school,
            life.chance.choice(waiting),
            life.chance.choice(life.readers()),
            life.today,
        )


def agree(life: KeyLife) -> None:
    """Some readers confirm a change that waits."""
    waiting = open_proposals(life.school, life.today)
    if waiting:
        proposal = life.chance.choice(waiting)
        for person in life.some(life.readers(), life.chance.choice((1, 2, 3, 8))):
            if life.agrees(proposal, person):
                break
        life.work()


def swaps(life: KeyLife) -> None:
    """Two people exchange their roles, as the accused head did; honest readers agree to both halves."""
    rows = life.school.scalars(select(RoleHolder).where(RoleHolder.role.in_(READING))).all()
    one, two = life.chance.sample(list(rows), 2)
    people = {person.id: person for person in life.everybody}
    for role, deputy, gains, loses in (
        (one.role, one.deputy, two.staff_id, one.staff_id),
        (two.role, two.deputy, one.staff_id, two.staff_id),
    ):
        try:
            asked = RoleChange(role, deputy, people[gains], people[loses], WHY)
            proposal = propose_role(life.school, life.chance.choice(life.people()), asked, life.today)
        except Refused:
            continue
        any(life.agrees(proposal, person) for person in life.some(life.readers(), 8))
        life.work()


def says_no(life: KeyLife) -> None:
    """A reader is against a change, or whoever proposed it takes it back."""
    waiting = open_proposals(life.school, life.today)
    if waiting and life.readers():
        proposal = life.chance.choice(waiting)
        if life.chance.random() < 0.5:
            take_back(life.school, proposal)
        else:
            object_to(life.school, proposal, life.chance.choice(life.readers()), life.today)


def stops(life: KeyLife) -> None:
    """A reader stops somebody who waits, whether they may or not."""
    waiting = [id for id, one in life.chain[-1].readers.items() if one.from_day > life.today]
    if waiting and life.readers():
        by = life.chance.choice(life.readers())
        with life.reports.begin_nested() as point:
            try:
                cancel_reader(
                    life.reports, life.chance.choice(waiting), by.id, life.secrets[by.id], life.today
                )
            except ListBroken:
                point.rollback()
        life.work()


def leaves(life: KeyLife) -> None:
    """Somebody without a role leaves."""
    if free := life.without_role():
        person = life.chance.choice(free)
        person.left_on = life.today
        forget_key(life.school, life.acting(person), person)
        life.secrets.pop(person.id, None)


def is_away(life: KeyLife) -> None:
    """Somebody is away for some days, or back."""
    person = life.chance.choice(life.people())
    first = life.today + timedelta(days=life.chance.choice((0, 0, 1, 3)))
    gone = person.away_from is None
    person.away_from = first if gone else None
    person.away_until = first + timedelta(days=life.chance.randrange(10)) if gone else None
    life.work()


def freezes(life: KeyLife) -> None:
    """The network manager or a reader freezes a key."""
    person = life.chance.choice(life.people())
    if READING_ROLES & person.roles and freeze(life.school, life.sessions, life.chain, person, life.today):
        life.secrets.pop(person.id, None)
    life.work()


def thaws(life: KeyLife) -> None:
    """Another reader lifts it."""
    frozen = [person for person in life.people() if person.frozen_on]
    if frozen:
        person = life.chance.choice(frozen)
        able = [
            one
            for one in life.readers()
            if one is not person and may_count_as_reader(life.school, life.chain, one, life.today)
        ]
        if able:
            unfreeze(life.school, person)
            life.work()


def steps_aside(life: KeyLife) -> None:
    """Somebody who can open a report says that it may be about them."""
    for report_id in life.chance.sample(list(life.kept_out), k=min(2, len(life.kept_out))):
        for person in life.some(life.readers(), 8):
            if life.opens(person, report_id):
                with life.reports.begin_nested() as point:
                    try:
                        step_aside(life.reports, report_id, life.opener(person))
                        life.kept_out[report_id].add(person.id)
                    except NobodyLeft:
                        point.rollback()
                return


def recover(life: KeyLife) -> None:
    """Two sheets put into the list whoever is chosen, with the keys of now."""
    chosen = [key for key in keys_of_present_readers(life.school) if life.chance.random() < 0.7]
    listed = recovered_list(life.school, life.chain, chosen, life.today)
    if len(listed) >= 2:
        add_recovered(life.reports, listed, RECOVERY_SECRET, life.today)
        life.work()
        renew_with_recovery(life.reports, RECOVERY_SECRET.private_key, life.today)


def puts_back(life: KeyLife) -> None:
    """A backup is put back: the list is an earlier one, and two sheets sign it, or it was a mistake."""
    whole = life.chain
    if len(whole) < 3:
        return
    before = life.back_up()
    life.put_back(len(whole) - life.chance.choice((1, 1, 2)))
    for person in life.some(life.people(), 8):
        life.sign_in(person)
    if life.chance.random() < 0.8:
        signed_by_sheets(life)
    else:  # it was a mistake: the newer copy is there again
        replace_chain(life.reports, whole)
        life.restore(before)
        for person in life.people():
            life.sign_in(person)


def signed_by_sheets(life: KeyLife) -> None:
    """Two sheets sign the list as it was put back, so that it counts over what readers saw; then keys open again."""
    while life.shut:
        shut = len(life.shut)
        listed = recovered_list(life.school, life.chain, (), life.today)
        if len(listed) < 2:
            return
        add_recovered(life.reports, listed, RECOVERY_SECRET, life.today)
        for person in life.people():
            life.sign_in(person)
        if len(life.shut) >= shut:  # sheets were replaced since, or everybody has other keys
            break
    life.work()


def day_passes(life: KeyLife) -> None:
    """The next day; the worker looks."""
    life.another_day()


STEPS: dict[Callable[[KeyLife], None], int] = {
    tells: 16,
    signs_in: 24,
    forgets: 5,
    proposes: 8,
    hands_over: 4,
    asks: 8,
    agree: 16,
    swaps: 3,
    says_no: 2,
    stops: 2,
    leaves: 2,
    is_away: 4,
    freezes: 2,
    thaws: 4,
    steps_aside: 4,
    recover: 1,
    puts_back: 1,
    day_passes: 12,
}
