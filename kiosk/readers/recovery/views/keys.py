"""The page of keys: who can read reports, setting up until the page is open to children."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import (
    acting_staff,
    may_open,
    open_key_of_session,
    signed_in_staff,
    staff_required,
)
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.sign_in.views.log_lines import entries_in_words
from kiosk.accounts.sign_in.views.pending_sign_in import KEY_REFUSED
from kiosk.accounts.staff.people import is_away, present_staff
from kiosk.host.clock import CLOCK
from kiosk.incidents.blueprint import opener_if_open
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.proposals.views.proposal_words import proposal_parts
from kiosk.readers.recovery.setup import (
    SecondNeeded,
    Setup,
    SetupStep,
    first_list,
    open_page,
    root_is_set,
    setup_state,
)
from kiosk.readers.recovery.tampering import about_keys, tamper_findings
from kiosk.readers.signed_list.holders import KeyState, ReaderLine, reader_lines
from kiosk.readers.signed_list.versions import Signer
from kiosk.readers.signed_list.views.checking import NEWS, SEEN_ON, log_warnings
from kiosk.readers.signed_list.views.request_list import require_open_key
from kiosk.readers.wording import READS, STATES, STEPS, change_words, tamper_words
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.self_test.report import self_test_late
from kiosk.report.setup import NotReady, zone_of
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import Version
from kiosk.sealing.reader_key import fingerprint, six_words
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.words import date_words, moment_words, near_day, role_words

LOOKERS = (*READING_ROLES, Role.NETWORK)
PROMISERS = frozenset({Role.DSL, Role.PRINCIPAL})


@bp.get("/keys")
@staff_required(*LOOKERS)
def show_keys() -> ResponseReturnValue:
    """The page of keys; if a reader opens it, their key is used for the chores that only a reader can do.

    A reader whose key stays shut sees why instead: what this page says of the list must not be believed then.
    """
    if KEY_REFUSED in session and READING_ROLES & signed_in_staff().roles:
        return redirect(url_for(".key_shut"))
    catch_up()
    return keys_page()


def catch_up() -> None:
    """Update the report zone's copy of readers now, and open self-tests with this reader's key.

    Both write in their own sessions, so this request drops what it has read before.
    """
    site, mine = current_site(), opener_if_open()
    roll_back_both()
    publish_readers(site.databases, site.config, site.today())
    if mine:
        do_reader_chores(site.databases, site.key, mine)


def keys_page() -> str:
    """The page of keys as this person may see it."""
    site = current_site()
    me, now = signed_in_staff(), now_utc()
    chain = verified_chain(reports(), site.config.readers_root)
    shown = reader_lines(school(), chain, site.today())
    setup = setup_state(school(), reports(), shown)
    reads = bool(READING_ROLES & me.roles)
    own = _own_key_part(shown, me)
    log = about_keys(school())
    found = [tamper_words(one) for one in tamper_findings(school(), reports(), site.key, log)]
    found += [*log_warnings(), *filter(None, [own["strange"]])]
    return render_template(
        "readers/recovery/keys.html",
        tamper_findings=found,
        setup=setup,
        steps=_steps_part(setup, shown, me),
        own_words=own["words"],
        readers=[_reader_part(line, me, chain) for line in shown],
        # who looks after the computer and holds no role that reads, not even as a deputy
        network=", ".join(
            one.name
            for one in present_staff(school())
            if Role.NETWORK in one.roles and not READING_ROLES & one.roles
        ),
        founded=bool(chain),
        list=_list_part(chain),
        proposals=proposal_parts(chain, me),
        reads=reads,
        may_promise=bool(PROMISERS & me.roles),
        recovery=_recovery_part(setup, chain),
        root="" if root_is_set(site.config, setup.first) else setup.first.hash.hex() if setup.first else "",
        no_list=bool(site.config.readers_root) and not chain,
        serves_since=moment_words(CLOCK.started_at, site.calendar, now),
        self_test_late=self_test_late(reports(), site.key, site.calendar, now),
        mail=bool(site.config.smtp_url),
        signed_by_me=bool(setup.first and me.id.hex in setup.first.signatures),
        older=0,
        newer=0,
        log=entries_in_words(log),
    )


@bp.post("/keys/open")
@staff_required(*READING_ROLES)
@password_again()
def open_to_children() -> ResponseReturnValue:
    """Open the report page, with the staff's promise if somebody who may give it has ticked it."""
    catch_up()
    site, me, key = current_site(), signed_in_staff(), require_open_key()
    promise = _promise_ticked() and bool(PROMISERS & me.roles)
    first = first_list(reports())
    if first and not root_is_set(site.config, first):
        flash(
            _("The page opens once the first list of readers stands in the settings, as this page shows it.")
        )
        return redirect(url_for(".show_keys"), 303)
    try:
        open_page(school(), reports(), acting_staff(), Signer(me, key.secret), promise, site.today())
    except SecondNeeded:
        commit_both()  # the signature is kept
        flash(
            _("You have signed the list of readers. Another reader has to open the page, and signs it too.")
        )
        return redirect(url_for(".show_keys"), 303)
    except NotReady as missing:
        roll_back_both()
        flash(
            _(
                "Nobody could read a report about the head. Two readers of the chair's and the safeguarding lead's "
                "roles have to sign in, who neither are nor deputise for the principal. Then make new sheets."
            )
            if missing.head
            else _("The page cannot be opened yet. The list says what is missing.")
        )
        return redirect(url_for(".show_keys"), 303)
    reports().commit()
    school().commit()
    catch_up()
    flash(_("The report page is open to children."))
    return redirect(url_for(".show_keys"), 303)


@bp.post("/keys/promise")
@staff_required(*PROMISERS)
def promise() -> ResponseReturnValue:
    """Give the staff's promise to children, or withdraw it; the report page changes at once."""
    zone_of(reports()).staff_promise = _promise_ticked()
    reports().commit()
    catch_up()
    flash(
        _("Children read the promise on the report page now.")
        if _promise_ticked()
        else _("The promise is no longer on the report page.")
    )
    return redirect(url_for(".show_keys"), 303)


def _promise_ticked() -> bool:
    return request.form.get("promise") == "yes"


def _day_or_nothing(day: date | None) -> str:
    """A day in words; nothing where there is none."""
    return date_words(day, current_site().today()) if day else ""


def _steps_part(setup: Setup, lines: Sequence[ReaderLine], me: StaffMember) -> list[dict[str, Any]]:
    """The steps of setting up, with what is missing."""
    missing = ", ".join(line.staff.name for line in lines if line.state is KeyState.NONE)
    more = {SetupStep.READERS: _("Not yet: %(names)s.", names=missing) if missing else ""}
    return [
        {
            "step": step.value,
            "what": _(what),
            "who": _(who),
            "more": more.get(step, ""),
            "done": step in setup.done,
            "next": step is setup.next_step,
            "url": url_for(".show_roles")
            if step is SetupStep.ROLES and may_open(me, "readers.show_roles")
            else "",
        }
        for step, (what, who) in STEPS.items()
    ]


def _reader_part(line: ReaderLine, me: StaffMember, chain: Sequence[Version]) -> dict[str, Any]:
    """A row of the table of readers."""
    listed = line.state in {KeyState.ACTIVE, KeyState.SOON}
    active = chain[-1].active(current_site().today()) if chain else {}
    mine_counts, others, frozen = me.id.hex in active, line.staff.id != me.id, bool(line.staff.frozen_on)
    may_freeze = Role.NETWORK in me.roles or mine_counts
    return {
        "name": line.staff.name,
        "mine": not others,
        "roles": "; ".join(role_words(one.role, one.deputy) for one in line.holdings),
        "words": line.words if listed else (),
        "reads": "; ".join(_(READS[role]) for role in READS if role in line.staff.roles)
        if line.state is KeyState.ACTIVE
        else _("Nothing yet"),
        "now": _now_words(line, me, mine_counts, bool(active)),
        "soon": line.state is KeyState.SOON,
        "listed": listed,
        "since": _from_day(line) if line.state is KeyState.SOON else _day_or_nothing(line.since),
        "let_in_by": _("the set-up") if line.founder else ", ".join(line.approved_by),
        "stop_url": _link(".stop_form", line, others and mine_counts and line.state is KeyState.SOON),
        "ask_url": _link(".ask_for_key", line, others and mine_counts and line.state is KeyState.WAITS),
        "freeze_url": _link(".freeze_form", line, others and may_freeze and not frozen),
        "thaw_url": _link(".thaw_form", line, others and mine_counts and frozen),
    }


def _link(endpoint: str, line: ReaderLine, may: bool) -> str:
    return url_for(endpoint, staff_id=line.staff.id) if may else ""


def _from_day(line: ReaderLine) -> str:
    return str(_("From %(day)s", day=near_day(line.from_day or date.max, current_site().today())))


def _now_words(line: ReaderLine, me: StaffMember, mine_counts: bool, in_list: bool) -> str:
    """What a reader can do now, and whether the person who looks stands in for them."""
    person, today = line.staff, current_site().today()
    if person.frozen_on:
        return str(_("Frozen since %(day)s", day=_day_or_nothing(person.frozen_on)))
    if line.state is KeyState.SOON:
        return f"{_(STATES[line.state])}. {_from_day(line)}."
    if line.state is KeyState.ACTIVE and person.away_until and is_away(person, today):
        stands_in = mine_counts and person.id != me.id and READS.keys() & person.roles & me.roles
        away = _("Away until %(day)s.", day=near_day(person.away_until, today))
        return f"{away} {_('You stand in.')}" if stands_in and not is_away(me, today) else str(away)
    return str(_(STATES[line.state]) if in_list or line.state is not KeyState.ACTIVE else _("Has a key"))


def _list_part(chain: Sequence[Version]) -> dict[str, Any]:
    """What this reader has to know about the list: since when it is the same, or what is new and who signed it."""
    if not chain:
        return {}
    seen = session.get(SEEN_ON, "")
    news = [one for one in chain if one.number in session.get(NEWS, [])]
    return {
        "number": chain[-1].number,
        "seen_on": _day_or_nothing(date.fromisoformat(seen)) if seen else "",
        "news": [change_words(chain, version) for version in news],
        "words": " ".join(six_words(chain[-1].hash)),
        "root_words": " ".join(six_words(chain[0].hash)),
    }


def _own_key_part(lines: Sequence[ReaderLine], me: StaffMember) -> dict[str, str]:
    """The six words of the key that this person's password opened, and a warning if the stored one is another.

    They do not come from the database, so two people who compare them notice if a key was exchanged there.
    """
    open_key = open_key_of_session()
    stored = next((line.words for line in lines if line.staff.id == me.id), ())
    if open_key is None or not stored:
        return {"words": "", "strange": ""}
    words = six_words(open_key.secret.public_key, open_key.secret.verify_key)
    strange = _("The key that your password opens is not the one in the database for you.")
    return {"words": " ".join(words), "strange": strange if stored != words else ""}


def _recovery_part(setup: Setup, chain: Sequence[Version]) -> list[tuple[str, str]]:
    """The recovery key that counts; nothing before there is one."""
    if setup.recovery is None:
        return []
    key = chain[-1].recovery.public_key if chain else setup.recovery.public_key
    return [
        (_("Made"), _day_or_nothing(setup.recovery.made_on)),
        (_("Typed back"), _day_or_nothing(setup.recovery.proven_on)),
        (_("Fingerprint"), fingerprint(key)),
    ]
