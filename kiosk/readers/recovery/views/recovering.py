"""For when nobody can open reports any more: two recovery sheets give the readers access again, and all are told."""

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import ReaderKey
from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.sign_in.views.pending_sign_in import KEY_REFUSED
from kiosk.accounts.staff.reader_keys import keys_of_present_readers
from kiosk.audit.log import LogAct
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.effect import same_words
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.proposals.views.propose import LONGEST_TYPED, WRONG_WORDS
from kiosk.readers.recovery.sheets import recovered_list, recovered_roles, recovered_secret
from kiosk.readers.recovery.views.sheets import BLANK, STRANGE_SHEETS, typed_sheets
from kiosk.readers.signed_list.holders import waiting_keys, words_of
from kiosk.readers.signed_list.versions import add_recovered
from kiosk.readers.signed_list.views.request_list import current_chain
from kiosk.report.access.renewal import renew_with_recovery
from kiosk.report.models import Reader
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import ListBroken
from kiosk.sealing.reader_key import fingerprint
from kiosk.sealing.recovery import SharesWrong
from kiosk.site import current_site
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import N_, Message
from kiosk.wording.words import role_words

NOBODY = "let-in"
OLD_SHEETS = N_("These sheets were replaced by newer ones. Type two of the newest.")


@bp.get("/keys/recover")
@staff_required(*READING_ROLES)
def recover_form() -> ResponseReturnValue:
    """The form for two recovery sheets, with what they do and that everybody is told."""
    return _recovery_page({}, FormErrors(), [])


@bp.post("/keys/recover")
@staff_required(*READING_ROLES)
@password_again(code=True)
def recover() -> ResponseReturnValue:
    """Give the present readers of each route access again; never somebody whom a child ticked or who stepped aside.

    Keys that are not in the list are added only if somebody ticks them and types their six words.
    """
    site = current_site()
    typed, errors = typed_sheets()
    sheets = list(typed.values())
    ticked = request.form.getlist("approved")
    waiting = waiting_keys(school(), current_chain())
    chosen = [row for row in waiting if row.staff_id.hex in ticked]
    if not chosen and len(waiting) == len(keys_of_present_readers(school())):
        errors.add(NOBODY, N_("No key is active. Tick the keys that these sheets should confirm."))
    for key in chosen:
        errors.add_all((NOBODY, one) for one in _problems_of_roles(key))
        typed[_words_field(key)] = request.form.get(_words_field(key), "")[:LONGEST_TYPED]
        if not same_words(typed[_words_field(key)], words_of(key)):
            errors.add(_words_field(key), WRONG_WORDS, name=key.staff.name)
    if errors:
        return _recovery_page(typed, errors, ticked), 422
    try:
        secret, row = recovered_secret(reports(), sheets)
    except SharesWrong:
        errors.add("second", STRANGE_SHEETS)
        return _recovery_page(typed, errors, ticked), 422
    today = site.today()
    listed = recovered_list(school(), current_chain(), chosen, today)
    try:
        add_recovered(reports(), listed, secret, today)
    except ListBroken:  # sheets of this school that were replaced since
        roll_back_both()
        errors.add("second", OLD_SHEETS)
        return _recovery_page(typed, errors, ticked), 422
    # The line of the log is stored first: it must not be missing after a power cut.
    acting_staff().note(school(), LogAct.SHEETS_USED, mark=fingerprint(row.public_key))
    commit_both()
    publish_readers(site.databases, site.config, today)
    renew_with_recovery(reports(), secret.private_key, today)
    queue_mail(reports(), MailKind.POWER, reports().scalars(select(Reader.email)))
    reports().commit()
    session.pop(KEY_REFUSED, None)  # what two sheets sign counts over what was seen before
    flash(
        _(
            "Done. Readers can open the reports they are responsible for again, and every reader gets an e-mail."
        )
    )
    return redirect(url_for(".show_keys"), 303)


def _problems_of_roles(key: ReaderKey) -> Iterator[Message]:
    """Why somebody cannot come in with the roles that the rows give them now, which nobody has signed."""
    if _is_renewed(key):
        return  # the list says which
    if request.form.get(f"roles-{key.staff_id.hex}") != " ".join(_roles_of(key)):
        yield Message(
            N_("The roles of %(name)s are not those that this page showed you. Look at them now."),
            {"name": key.staff.name},
        )
    if {Role.PRINCIPAL, Role.CHAIR} <= {*_roles_of(key)}:
        yield Message(
            N_("%(name)s cannot be principal and chair: the chair reads reports about the principal."),
            {"name": key.staff.name},
        )


def _roles_of(key: ReaderKey) -> list[Role]:
    return sorted(recovered_roles(current_chain(), key, current_site().today()))


def _roles_in_words(key: ReaderKey) -> str:
    if _is_renewed(key):
        return "; ".join(role_words(role) for role in _roles_of(key))
    held = sorted(key.staff.holdings, key=lambda one: (one.role, one.deputy))
    return "; ".join(role_words(one.role, one.deputy) for one in held if one.role in READING_ROLES)


def _words_field(row: ReaderKey) -> str:
    return f"words-{row.staff_id.hex}"


def _is_renewed(row: ReaderKey) -> bool:
    chain = current_chain()
    return bool(chain) and row.staff_id.hex in chain[-1].readers


def _recovery_page(typed: dict[str, str], errors: FormErrors, ticked: list[str]) -> str:
    return render_template(
        "readers/recovery/recover.html",
        typed=BLANK | typed,
        errors=errors,
        waiting=[
            {
                "id": row.staff_id.hex,
                "name": row.staff.name,
                "field": _words_field(row),
                "typed": typed.get(_words_field(row), ""),
                "renewed": _is_renewed(row),
                "roles": _roles_in_words(row),
                "roles_field": f"roles-{row.staff_id.hex}",
                "roles_shown": " ".join(_roles_of(row)),
                "ticked": row.staff_id.hex in ticked,
            }
            for row in waiting_keys(school(), current_chain())
        ],
    )
