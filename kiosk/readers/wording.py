"""The words of the page of keys: steps, states, and what somebody changed by hand."""

from collections.abc import Sequence

from flask_babel import gettext as _

from kiosk.readers.recovery.setup import SetupStep
from kiosk.readers.recovery.tampering import Tamper, TamperFinding
from kiosk.readers.signed_list.holders import KeyState, signer_names
from kiosk.roles import Role
from kiosk.sealing.list_statements import Version
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

# What has to be done, and who does it.
STEPS = {
    SetupStep.ROLES: (
        N_("Give every role a holder and a deputy."),
        N_("Network manager or principal, on the page Roles"),
    ),
    SetupStep.READERS: (
        N_("At least two readers sign in once. That makes a key for each of them."),
        N_("Each reader, with their password and phone"),
    ),
    SetupStep.SHEETS: (N_("Make three recovery sheets and print them."), N_("One reader, beside a printer")),
    SetupStep.PROVEN: (
        N_("Type two of the printed sheets back. That shows that they work."),
        N_("One reader, with two of the sheets"),
    ),
    SetupStep.OPENED: (N_("Open the report page to children."), N_("One reader")),
}
STATES = {
    KeyState.ACTIVE: N_("Reads"),
    KeyState.SOON: N_("Waits, reads nothing yet"),
    KeyState.WAITS: N_("Waits for other readers to confirm the key"),
    KeyState.NONE: N_("Has not signed in yet"),
}
READS = {  # in few words, as `kiosk.report.access.routes` has it
    Role.DSL: N_("Danger, hurt, pictures, strangers, grown-ups"),
    Role.COORDINATOR: N_("Bullying, screens, scams, other"),
    Role.PRINCIPAL: N_("A grown-up who is not the head"),
    Role.CHAIR: N_("The head, or not sure"),
}
TAMPER_WORDS = {
    Tamper.KEY: N_("The key of %(name)s was changed in the database by hand, not by kiosk."),
    Tamper.LIST: N_("The list of readers in the database has a part that no reader has signed."),
    Tamper.LOG: N_("A line of the log was changed or removed by hand."),
    Tamper.REPORTS: N_(
        "The reports database was changed by hand. If it is yours to read, the queue says what."
    ),
}


def change_words(chain: Sequence[Version], version: Version) -> str:
    """What a version changed and who signed it, in a sentence."""
    before = chain[version.number - 2].readers if version.number > 1 else {}
    came = [one.name for id, one in version.readers.items() if id not in before]
    went = [one.name for id, one in before.items() if id not in version.readers]
    changed = [
        (one, before[id])
        for id, one in version.readers.items()
        if id in before and before[id].plain() != one.plain()
    ]
    hand = [one.name for one, old in changed if one.heir and one.heir != old.heir]
    other = [one.name for one, _old in changed if one.name not in hand]
    parts = [_("new: %(names)s", names=", ".join(came))] if came else []
    parts += [_("no longer: %(names)s", names=", ".join(went))] if went else []
    parts += [_("other roles or keys: %(names)s", names=", ".join(other))] if other else []
    parts += [_("hands over: %(names)s", names=", ".join(hand))] if hand else []
    if version.number > 1 and version.recovery != chain[version.number - 2].recovery:
        parts.append(_("other recovery sheets"))
    signed = ", ".join(signer_names(version, chain)) or _("two recovery sheets")
    return str(
        _(
            "List %(number)s, %(day)s: %(changes)s. Signed by %(names)s.",
            number=version.number,
            day=day_and_year(version.day),
            changes="; ".join(parts) or _("nothing else"),
            names=signed,
        )
    )


def tamper_words(finding: TamperFinding) -> str:
    """A change that somebody made by hand, in a sentence."""
    return str(_(TAMPER_WORDS[finding.kind], name=finding.name))
