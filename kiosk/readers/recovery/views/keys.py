"""The page of keys: who can read reports, setting up until the page is open to children."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.sign_in.views.log_lines import entries_in_words
from kiosk.accounts.sign_in.views.pending_sign_in import KEY_REFUSED
from kiosk.accounts.staff.people import present_staff
from kiosk.host.clock import CLOCK
from kiosk.incidents.blueprint import opener_if_open
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.proposals.views.proposal_words import proposal_parts
from kiosk.readers.recovery.setup import SecondNeeded, first_list, open_page, root_is_set, setup_state
from kiosk.readers.recovery.tampering import about_keys, tamper_findings
from kiosk.readers.recovery.views.status_parts import (
    list_part,
    own_key_part,
    reader_part,
    recovery_part,
    steps_part,
)
from kiosk.readers.signed_list.holders import reader_lines
from kiosk.readers.signed_list.versions import Signer
from kiosk.readers.signed_list.views.checking import log_warnings
from kiosk.readers.signed_list.views.request_list import require_open_key
from kiosk.readers.wording import tamper_words
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.self_test.report import self_test_late
from kiosk.report.setup import NotReady, zone_of
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.words import moment_words

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
    own = own_key_part(shown, me)
    log = about_keys(school())
    found = [tamper_words(one) for one in tamper_findings(school(), reports(), site.key, log)]
    found += [*log_warnings(), *filter(None, [own["strange"]])]
    return render_template(
        "readers/recovery/keys.html",
        tamper_findings=found,
        setup=setup,
        steps=steps_part(setup, shown, me),
        own_words=own["words"],
        readers=[reader_part(line, me, chain) for line in shown],
        # who looks after the computer and holds no role that reads, not even as a deputy
        network=", ".join(
            one.name
            for one in present_staff(school())
            if Role.NETWORK in one.roles and not READING_ROLES & one.roles
        ),
        founded=bool(chain),
        list=list_part(chain),
        proposals=proposal_parts(chain, me),
        reads=reads,
        may_promise=bool(PROMISERS & me.roles),
        recovery=recovery_part(setup, chain),
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
