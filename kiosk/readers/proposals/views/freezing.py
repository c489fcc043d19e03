"""Freezing and unfreezing a reader's key, and stopping a new reader whose waiting time is not over (promise G3)."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password
from kiosk.audit.log import LogAct
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.effect import planned_handovers
from kiosk.readers.proposals.minimum_readers import (
    FROZEN_ENOUGH,
    WOULD_GAIN,
    freeze,
    gains_by_freezing,
    may_count_as_reader,
    unfreeze,
    who_can_open,
)
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.signed_list.recipients import readers_from_roles
from kiosk.readers.signed_list.versions import cancel_reader
from kiosk.readers.signed_list.views.request_list import current_chain, require_open_key
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import ListBroken
from kiosk.site import current_site
from kiosk.web.errors import NotAllowed, NotFound
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import commit_both, reports, school

FREEZERS = (*READING_ROLES, Role.NETWORK)


@bp.get("/keys/readers/<uuid:staff_id>/freeze")
@staff_required(*FREEZERS)
def freeze_form(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the password before a key is frozen."""
    return _freezing_page("freeze", _reader_or_404(staff_id), FormErrors())


@bp.post("/keys/readers/<uuid:staff_id>/freeze")
@staff_required(*FREEZERS)
def freeze_key(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Let a reader's key open nothing from now on; reports go on being sealed for it, and everybody is told."""
    person, site = _reader_or_404(staff_id), current_site()
    if errors := _wrong_password():
        return _freezing_page("freeze", person, errors), 422
    gains = gains_by_freezing(school(), current_chain(), person.id, signed_in_staff().id, site.today())
    if signed_in_staff().frozen_on:  # since the page was allowed; nobody is frozen until this has ended
        raise NotAllowed
    if gains:
        flash(_(WOULD_GAIN, name=person.name))
        return redirect(url_for(".show_keys"), 303)
    if not freeze(school(), site.databases.sessions, current_chain(), person, site.today()):
        flash(_(FROZEN_ENOUGH))
        return redirect(url_for(".show_keys"), 303)
    _note_and_alert(LogAct.KEY_FROZEN, person)
    flash(
        _(
            "The key of %(name)s opens nothing now. Every reader is told. Any other reader can lift it.",
            name=person.name,
        )
    )
    return redirect(url_for(".show_keys"), 303)


@bp.get("/keys/readers/<uuid:staff_id>/thaw")
@staff_required(*READING_ROLES)
def thaw_form(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the password before a frozen key may open reports again."""
    return _freezing_page("thaw", _reader_or_404(staff_id), FormErrors())


@bp.post("/keys/readers/<uuid:staff_id>/thaw")
@staff_required(*READING_ROLES)
def thaw_key(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Unfreeze a reader's key: only another reader with an open key may, never its owner."""
    person, me = _reader_or_404(staff_id), signed_in_staff()
    if person.id == me.id or not may_count_as_reader(school(), current_chain(), me, current_site().today()):
        raise NotAllowed
    require_open_key()
    if errors := _wrong_password():
        return _freezing_page("thaw", person, errors), 422
    if me.id not in {one.id for one in who_can_open(school(), current_chain(), current_site().today())}:
        raise NotAllowed  # somebody has frozen their key while the password was compared
    unfreeze(school(), person)
    _note_and_alert(LogAct.KEY_UNFROZEN, person)
    flash(_("The key of %(name)s can open reports again. Every reader is told.", name=person.name))
    return redirect(url_for(".show_keys"), 303)


@bp.get("/keys/readers/<uuid:staff_id>/stop")
@staff_required(*READING_ROLES)
def stop_form(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the password before a reader whose waiting time is not over is stopped."""
    return _freezing_page("stop", _reader_or_404(staff_id), FormErrors())


@bp.post("/keys/readers/<uuid:staff_id>/stop")
@staff_required(*READING_ROLES)
def stop(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Stop a reader whose waiting time is not over; everybody is told.

    One reader takes nobody's role, otherwise a school could be left without a chair: the entry leaves the list alone,
    and two others can confirm the key once more.
    """
    person, me, site = _reader_or_404(staff_id), signed_in_staff(), current_site()
    require_open_key()
    if errors := _wrong_password():
        return _freezing_page("stop", person, errors), 422
    key = require_open_key()  # somebody may have frozen it while the password was compared
    try:
        cancel_reader(reports(), person.id.hex, me.id, key.secret, site.today())
    except ListBroken:
        reports().rollback()
        flash(_("This cannot be stopped any more, or you have stopped it once before."))
        return redirect(url_for(".show_keys"), 303)
    reports().commit()
    _note_and_alert(LogAct.READER_STOPPED, person)
    publish_readers(site.databases, site.config, site.today())
    flash(
        _(
            "%(name)s reads nothing, unless two others confirm the key again. Every reader is told.",
            name=person.name,
        )
    )
    return redirect(url_for(".show_keys"), 303)


def _reader_or_404(staff_id: uuid.UUID) -> StaffMember:
    # one query whether there is such a person or not (promise S9)
    with_roles = joinedload(StaffMember.holdings)
    person = school().get(StaffMember, staff_id, options=[with_roles])
    heirs = {one.heir for one in planned_handovers(current_chain(), current_site().today()).values()}
    if person is None or person.left_on or not (READING_ROLES & person.roles or person.id.hex in heirs):
        raise NotFound
    return person


def _wrong_password() -> FormErrors:
    errors = FormErrors()
    if error := check_password(request.form.get("password", ""))[1]:
        errors.add("password", error)
    return errors


def _note_and_alert(act: LogAct, person: StaffMember) -> None:
    acting_staff().note(school(), act, person.id)
    people = [one.email for one in readers_from_roles(school(), current_site().today())]
    school().commit()
    queue_mail(reports(), MailKind.POWER, [*people, person.email])
    commit_both()  # what follows writes in its own database sessions


def _freezing_page(act: str, person: StaffMember, errors: FormErrors) -> str:
    return render_template("readers/proposals/one_reader.html", act=act, person=person, errors=errors)
