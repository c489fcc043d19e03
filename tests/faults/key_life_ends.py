"""How a life of keys ends: two readers, or two sheets, can always bring back who may read what."""

from kiosk.readers.proposals.approval import why_cannot_approve
from kiosk.readers.proposals.minimum_readers import may_count_as_reader
from kiosk.readers.proposals.proposals import propose_key
from kiosk.readers.recovery.sheets import recovered_list
from kiosk.readers.signed_list.holders import waiting_keys
from kiosk.readers.signed_list.versions import add_recovered
from kiosk.report.access.renewal import renew_with_recovery
from kiosk.report.access.routes import FEWEST_READERS
from tests.factories import RECOVERY_SECRET
from tests.faults.key_life import KeyLife
from tests.faults.key_life_states import State, state_of


def ends(life: KeyLife) -> None:
    """What a school does when it has had enough: everybody comes, two readers confirm what waits, or the sheets do."""
    life.keys_open_again()
    able = [one for one in life.readers() if may_count_as_reader(life.school, life.chain, one, life.today)]
    if len(able) < FEWEST_READERS:
        by_sheets(life)
    for key in waiting_keys(life.school, life.chain):
        proposal = propose_key(life.school, key, key.staff, life.today)
        agreed = any(life.agrees(proposal, one) for one in able)
        why = [
            why_cannot_approve(life.school, life.chain, proposal, one, life.today)
            for one in able
            if not agreed
        ]
        life.work()
        if any(
            "has to confirm" in reason for reason in why
        ):  # of principal and chair the other one, who is not there
            by_sheets(life)
            break
        assert agreed, f"the key of {key.staff.name} cannot be confirmed: {why}"
    for _ in range(8):
        life.another_day()
    for _ in range(2):
        for person in life.people():
            life.sign_in(person)
        life.work()
    if blind(life):  # everybody who could open a report has forgotten the password since
        by_sheets(life)


def by_sheets(life: KeyLife) -> None:
    """Two sheets put every reader of now into the list, and give them what they may read."""
    everybody = waiting_keys(life.school, life.chain)
    listed = recovered_list(life.school, life.chain, everybody, life.today)
    add_recovered(life.reports, listed, RECOVERY_SECRET, life.today)
    life.work()
    renew_with_recovery(life.reports, RECOVERY_SECRET.private_key, life.today)


def blind(life: KeyLife) -> list[State]:
    """Open reports that fewer can open than could be given them."""
    return [one for one in state_of(life) if len(one.able) < min(FEWEST_READERS, len(one.could))]
