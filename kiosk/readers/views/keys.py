"""The page of keys: who can read reports, the progress of setting up, and whether reports can be opened."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.views.log_lines import told
from kiosk.accounts.views.pending import SHUT
from kiosk.db import now_utc
from kiosk.incidents.practice_runs import waits_within_goal
from kiosk.incidents.views.blueprint import opener_if_open
from kiosk.readers.copying import copy_keys
from kiosk.readers.holders import readers
from kiosk.readers.practice import practices
from kiosk.readers.setup import setup_state
from kiosk.readers.tampering import about_keys, tamper_findings
from kiosk.readers.views.blueprint import bp
from kiosk.readers.views.parts import (
    check_part,
    list_part,
    own_key_part,
    practice_part,
    reader_part,
    recovery_part,
    steps_part,
)
from kiosk.readers.views.proposal_words import proposal_parts
from kiosk.readers.views.words import tamper_words
from kiosk.report.chain import verified_chain
from kiosk.report.keyring import ZONE_ID, root_of
from kiosk.report.models import Zone
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.self_test import practice_waits
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.stores import reports, roll_back_both, school

LOOKERS = (*READING_ROLES, Role.NETWORK)
PROMISERS = frozenset({Role.DSL, Role.PRINCIPAL})


@bp.get("/keys")
@staff_required(*LOOKERS)
def show_keys() -> ResponseReturnValue:
    """The page of keys; if a reader opens it, their key is used for the chores that only a reader can do.

    A reader whose key stays shut sees why instead: what this page says of the list must not be believed then.
    """
    if SHUT in session and READING_ROLES & signed_in_staff().roles:
        return redirect(url_for(".key_shut"))
    catch_up()
    return keys_page()


def catch_up() -> None:
    """Update the report zone's copy of readers now, and open the morning's self-test with this reader's key.

    Both write in their own sessions, so this request drops what it has read before.
    """
    site, mine = current_site(), opener_if_open()
    roll_back_both()
    copy_keys(site.databases, site.config, site.key, site.today())
    if mine:
        do_reader_chores(site.databases, mine, site.today())


def keys_page() -> str:
    """Everything about the keys, for this person."""
    site = current_site()
    me, now = signed_in_staff(), now_utc()
    zone = reports().get(Zone, ZONE_ID)  # held: what asks for it below is not sent to the database again
    chain = verified_chain(reports(), root_of(site.config))
    shown = readers(school(), chain, site.today())
    setup = setup_state(school(), reports(), shown)
    reads = bool(READING_ROLES & me.roles)
    own = own_key_part(shown, me)
    log = about_keys(school())
    runs = waits_within_goal(school(), site.calendar, now)
    of_others = {id for id, by in runs.items() if reads and by != me.id}  # whoever is timed must not know yet
    found = [tamper_words(one) for one in tamper_findings(school(), reports(), site.key, log)]
    found += [own["strange"]] if own["strange"] else []
    return render_template(
        "readers/keys.html",
        tamper_findings=found,
        setup=setup,
        steps=steps_part(setup, shown, me),
        own_words=own["words"],
        readers=[reader_part(line, me, chain) for line in shown],
        founded=bool(chain),
        list=list_part(chain),
        proposals=proposal_parts(chain, me),
        reads=reads,
        may_promise=bool(PROMISERS & me.roles),
        recovery=recovery_part(setup, chain),
        recovery_key=setup.recovery.public_key.hex() if setup.recovery else "",
        root=chain[0].hash.hex() if chain and not site.config.readers_root else "",
        in_settings=site.config.recovery_public_key == (setup.recovery.public_key if setup.recovery else b""),
        check=check_part(zone, now),
        practices=[practice_part(one, now) for one in practices(school(), reports(), of_others)],
        practice_waits=practice_waits(reports()) and not of_others,
        mail=bool(site.config.smtp_url),
        signed_by_me=bool(setup.first and me.id.hex in setup.first.signatures),
        older=0,
        newer=0,
        log=told(log),
    )
