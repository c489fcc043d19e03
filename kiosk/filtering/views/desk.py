"""The pages of the filter desk: the list, asking, one address with whatever this person does about it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.filtering import desk, looks
from kiosk.filtering.spots import spots_of
from kiosk.filtering.views import words
from kiosk.incidents.blueprint import acting_now, case_or_404
from kiosk.incidents.case.addresses import note_decision
from kiosk.incidents.case.forms import Filled, Question, read_form
from kiosk.incidents.case.models import FilterAddress, FilterDecision
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.kind_words import FILTER_DECISIONS, FILTER_REASONS
from kiosk.oversight.consents import NEEDED, consent_of, current_approvers, is_in_force
from kiosk.oversight.paging import ON_A_PAGE, pages_for
from kiosk.oversight.views.blueprint import page_number
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE, id_of
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import Refused
from kiosk.wording.words import by_words, day_and_year

bp = Blueprint("filtering", __name__, url_prefix="/staff/filtering")


@bp.get("/")
@staff_required()
def index() -> str:
    """The list: what is to decide, to do, to check again, and what was done this term, as this person may see it."""
    site, staff = current_site(), signed_in_staff()
    seen = desk.see(school(), reports(), staff, site.term_began())
    groups: dict[str, list[Mapping[str, Any]]] = {name: [] for name in words.GROUPS}
    for one in seen:
        groups[words.group_of(one.row)].append(_row(one, staff))
    done = [one.row.decision for one in seen if words.group_of(one.row) == words.DONE]
    return render_template(
        "filtering/list.html",
        groups=[(_(words.GROUPS[name]), rows) for name, rows in groups.items() if rows],
        counts=[(_(FILTER_DECISIONS[one]), done.count(one)) for one in FilterDecision if done.count(one)],
        desk_pages=desk_pages("index"),
    )


def desk_pages(current: str) -> list[tuple[str, str, bool]]:
    """The pages of the desk: for whoever only asks there is the list alone."""
    if not signed_in_staff().roles & desk.DESK:
        return []
    return [(_(text), url_for(f".{name}"), name == current) for name, text in words.PAGES.items()]


@bp.get("/register")
@staff_required(*desk.DESK)
def register() -> str:
    """What is blocked and what is allowed, for whom, since when, and why where this person may read it."""
    staff, count = signed_in_staff(), desk.count_in_register(school(), signed_in_staff())
    number = page_number(pages := pages_for(count))
    part = ((number - 1) * ON_A_PAGE, ON_A_PAGE) if number else None
    seen = desk.see(school(), reports(), staff, date.min, desk.in_register(staff), part)
    spots, tried = (
        spots_of(current_site().config),
        looks.kinds_looked_at(school(), [one.row.id for one in seen]),
    )
    return render_template(
        "filtering/register.html",
        rows=[
            (one.row, _decision_words(one.row), words.whom_words(one.row, spots), _why(one)) for one in seen
        ],
        tried=tried,
        desk_pages=desk_pages("register"),
        number=number,
        pages=pages,
        address=lambda page: url_for(".register", page=page),
        today=current_site().today(),
    )


def _decision_words(row: FilterAddress) -> str:
    return str(_(FILTER_DECISIONS[row.decision])) if row.decision else ""


def _why(seen: desk.Seen) -> str:
    """The reason of a decision, for whoever may read where it came from."""
    row = seen.row
    said = [_(FILTER_REASONS[row.reason]) if row.reason else "", row.because]
    return ". ".join(one for one in said if one) if seen.source else ""


def _row(one: desk.Seen, staff: StaffMember) -> Mapping[str, Any]:
    row = one.row
    return {
        "id": row.id,
        "address": row.address,
        "asked": "" if row.left_on else words.asked_words(row),  # of what has left all rows look alike
        "decision": _decision_words(row),
        "whom": words.whom_words(row, spots_of(current_site().config)),
        "day": day_and_year(row.left_on) if row.left_on else "",
        "mine": words.my_part(one, staff),
        "next": _next_words(one),
        "again": words.group_of(row) == words.AGAIN,
    }


def _next_words(one: desk.Seen) -> str:
    row, today = one.row, current_site().today()
    if row.done_on:
        return str(_("Looked at on %(day)s", day=day_and_year(row.done_on)))
    if row.decision is None and row.asked_on:
        by = current_site().calendar.add_school_days(row.asked_on, desk.DECIDE_DAYS)
        late = by < today
        return str(
            _("Late since %(day)s", day=day_and_year(by))
            if late
            else _("Decide by %(day)s", day=day_and_year(by))
        )
    if row.decision in desk.TICKETS and row.due_on:
        late = row.due_on < today
        day = day_and_year(row.due_on)
        return str(_("Late since %(day)s", day=day) if late else _("To be done by %(day)s", day=day))
    return ""


@bp.get("/new")
@staff_required()
def new(filled: Filled | None = None, once: uuid.UUID | None = None) -> str:
    """The form by which any colleague asks to block or to allow an address."""
    choices = {"asks": {value.value: str(_(text)) for value, text in words.ASKS.items()}}
    return render_template(
        "filtering/new.html",
        blocks=Role.NETWORK in signed_in_staff().roles,
        blocked="blocked" in request.form,
        fields=list(fields_of("filter", desk.ASKING, words.LABELS, choices, filled)),
        errors=filled.errors.summary() if filled else [],
        once=(once or id_of(request.form.get("once", "")) or uuid.uuid4()).hex,
    )


@bp.post("/new")
@staff_required()
def ask() -> ResponseReturnValue:
    """Send an address to the desk, or show the form again with everything typed."""
    filled = desk.read_asking(request.form)
    if filled.errors:
        return new(filled), 422
    id = id_of(request.form.get("once", "")) or uuid.uuid4()
    staff, today, at_once = signed_in_staff(), current_site().today(), "blocked" in request.form
    try:
        desk.ask(school(), acting_staff(), staff, id, filled, today)
        if at_once:
            whom = " ".join(spots_of(current_site().config).people)
            desk.block_at_once(school(), staff, id, whom, today)
    except Refused as refused:
        roll_back_both()
        filled.errors.add(WHOLE, refused.message.text)
        return new(filled, uuid.uuid4()), 409
    school().commit()
    flash(
        _("It stands at the filter desk. Say where, and look at it on each kind of device.")
        if at_once
        else _("It is at the filter desk. Somebody decides within two school days, and you see it here.")
    )
    return redirect(url_for(".show", address_id=id))


@bp.get("/<uuid:address_id>")
@staff_required()
def show(address_id: uuid.UUID) -> str:
    """One address: what this person may know of it, and the form of what they do about it."""
    return _page(desk.one_of(school(), reports(), signed_in_staff(), address_id))


@bp.post("/<uuid:address_id>/decide")
@staff_required(*desk.DECIDERS)
def decide(address_id: uuid.UUID) -> ResponseReturnValue:
    """Decide about an address; of one from a case a line goes into its log."""
    site, staff, now = current_site(), signed_in_staff(), now_utc()
    seen = desk.one_of(school(), reports(), staff, address_id, hold=True)
    spots = spots_of(site.config)
    can = desk.decisions_for(seen, staff)
    filled = desk.read_decision(request.form, request.form.getlist("whom"), can, spots.people)
    if filled.errors:
        return _page(seen, filled), 422
    case = case_or_404(seen.case, for_update=True) if seen.case else None
    try:
        desk.decide(seen, staff, filled.values, site.calendar, now, _agreed(seen.row)[0])
        if case:
            note_decision(acting_now(), case, _log_answers(seen.row, spots.people))
    except Refused as refused:
        return _refused(address_id, filled, refused)
    law = seen.row.decision is FilterDecision.LAW
    number = seen.case
    commit_both()
    if law:
        flash(
            _(
                "Nobody looks at it, and no ticket shows it. The safeguarding lead reports it to the IWF or the police."
            )
        )
        if number:
            return redirect(url_for("incidents.show_record", number=number, record="referred"))
    else:
        flash(_("Decided. What changes the filter leaves with the others of the day."))
    return redirect(url_for(".index"))


def _log_answers(row: FilterAddress, people: Mapping[str, str]) -> list[tuple[str, str]]:
    whom = ", ".join(people.get(one, one) for one in row.whom.split())
    given = [("address", row.address), ("decision", row.decision or ""), ("whom", whom)]
    return [
        (name, text)
        for name, text in (*given, ("reason", row.reason or ""), ("because", row.because))
        if text
    ]


@bp.post("/<uuid:address_id>/opens")
@staff_required()
def say_opens(address_id: uuid.UUID) -> ResponseReturnValue:
    """The network manager says what else allowing it would open."""
    seen = desk.one_of(school(), reports(), signed_in_staff(), address_id, hold=True)
    filled = read_form("opens", desk.OPENS, request.form, {})
    if filled.errors:
        return _page(seen, filled), 422
    try:
        desk.say_what_it_opens(seen, signed_in_staff(), filled.values["opens"])
    except Refused as refused:
        return _refused(address_id, filled, refused)
    school().commit()
    flash(_("Thank you. It stands beside the request."))
    return redirect(url_for(".index"))


@bp.post("/<uuid:address_id>/reported")
@staff_required(Role.DSL)
def reported(address_id: uuid.UUID) -> ResponseReturnValue:
    """The safeguarding lead says what was done about what may be against the law."""
    seen = desk.one_of(school(), reports(), signed_in_staff(), address_id, hold=True)
    filled = read_form("reported", desk.REPORTED, request.form, {})
    if filled.errors:
        return _page(seen, filled), 422
    try:
        desk.say_reported(seen, signed_in_staff(), filled.values["rule"], current_site().today())
    except Refused as refused:
        return _refused(address_id, filled, refused)
    school().commit()
    flash(_("Written down."))
    return redirect(url_for(".index"))


@bp.post("/<uuid:address_id>/done")
@staff_required()
def done(address_id: uuid.UUID) -> ResponseReturnValue:
    """The network manager says where it stands in the filter, and what each kind of device did."""
    site, staff = current_site(), signed_in_staff()
    seen = desk.one_of(school(), reports(), staff, address_id, hold=True)
    spots = looks.spots_for(spots_of(site.config), seen.row)
    if not desk.may_do(seen, staff):
        return _refused(address_id, Filled("ticket"), Refused(looks.NOT_YOURS))
    filled = looks.read_ticket(request.form, spots)
    if filled.errors:
        return _page(seen, filled), 422
    try:
        over = looks.write_ticket(school(), seen, staff, spots, filled.values, (now_utc(), site.today()))
    except Refused as refused:
        return _refused(address_id, filled, refused)
    school().commit()
    flash(
        _("Written down.")
        if over
        else _("Written down. It stays open until it is right on each kind of device.")
    )
    return redirect(url_for(".index") if over else url_for(".show", address_id=address_id))


def _refused(id: uuid.UUID, filled: Filled, refused: Refused) -> ResponseReturnValue:
    roll_back_both()
    filled.errors.add(WHOLE, refused.message.text, **refused.message.values)
    return _page(desk.one_of(school(), reports(), signed_in_staff(), id), filled), 409


def _agreed(row: FilterAddress) -> tuple[bool, int]:
    """Whether two of the leadership allow it now, and how many have said yes."""
    site = current_site()
    known = consent_of(school(), site.key, row.id) if row.asked_by_id else None
    if known is None:
        return False, 0
    return is_in_force(known, site.today()), len(current_approvers(known, site.config.leadership_roles))


def _page(seen: desk.Seen, filled: Filled | None = None) -> str:
    row, staff, site = seen.row, signed_in_staff(), current_site()
    spots, decides = spots_of(site.config), desk.may_decide(seen, staff)
    if seen.case and decides:
        case_or_404(seen.case)  # the password is asked for before anything is typed, not after
    does, opens = desk.may_do(seen, staff), desk.asks_what_it_opens(seen, staff)
    agreed, yes = _agreed(row) if row.asks.needs_two and seen.source else (False, 0)
    now = now_utc()
    return render_template(
        "filtering/address.html",
        row=row,
        seen=seen,
        facts=_facts(seen),
        decide=_decide_fields(seen, filled) if decides else None,
        people=list(spots.people.items()),
        whom=(
            filled.values.get("whom", "") if filled and filled.step == "decide" else "younger older guests"
        ).split(),
        whom_error=filled.errors.for_field("whom") if filled and filled.step == "decide" else "",
        has_page=desk.has_page(row),
        page_ticked=bool(filled and filled.values.get("page")),
        ticket=_fields("ticket", looks.TICKET, {}, filled) if does else None,
        devices=_device_fields(row, filled) if does else [],
        reported=_fields("reported", desk.REPORTED, {}, filled) if desk.may_report(seen, staff) else None,
        opens=_fields("opens", desk.OPENS, {}, filled) if opens else None,
        consent_url=url_for("oversight.show_consent", consent_id=row.id)
        if row.asks.needs_two and seen.source
        else "",
        agreed=agreed,
        yes=yes,
        needed=NEEDED,
        contractor=site.config.filter_contractor,
        leaves=by_words(desk.leaving_time(site.calendar, now), site.calendar, now),
        errors=filled.errors.summary() if filled else [],
    )


def _facts(seen: desk.Seen) -> list[tuple[str, str]]:
    """What this person may know of an address, as pairs of label and answer."""
    row, people = seen.row, {}
    spots = spots_of(current_site().config)
    found = [
        (_("For whom"), words.whom_words(row, spots)),
        (_("Next"), _next_words(seen)),
        (_("What was done") if row.decision is FilterDecision.LAW else _("Where it stands"), row.rule),
    ]
    if row.decision:
        found.insert(0, (_("Decision"), _decision_words(row)))
    if row.left_on:
        found.append((_("Sent on"), day_and_year(row.left_on)))
    if seen.source or row.decision is None:
        found[:0] = [
            (_("What is asked"), words.asked_words(row)),
            (_("Needed by"), day_and_year(row.needed_on) if row.needed_on else ""),
            (_("Why"), row.why),
            (_("What could go wrong"), row.risks),
        ]
        found.append((_("What else it would open"), row.opens))
    if seen.source:
        ids = [one for one in (row.asked_by_id, row.decided_by_id) if one]
        people = {one.id: one.name for one in (school().get_one(StaffMember, id) for id in ids)}
        by = (
            (_("Asked by"), people.get(row.asked_by_id or row.id)),
            (_("Decided by"), people.get(row.decided_by_id or row.id)),
        )
        found += [*((label, name or "") for label, name in by), (_("Reason"), _why(seen))]
    return [(label, text) for label, text in found if text]


def _decide_fields(seen: desk.Seen, filled: Filled | None) -> dict[str, Any]:
    can = desk.decisions_for(seen, signed_in_staff())
    choices = {
        "law": {name: str(_(text)) for name, text in words.LAW.items()},
        "decision": {one.value: str(_(FILTER_DECISIONS[one])) for one in can},
        "reason": {one.value: str(_(text)) for one, text in FILTER_REASONS.items()},
    }
    return {one.name: one for one in _fields("decide", desk.DECIDING, choices, filled)}


def _device_fields(row: FilterAddress, filled: Filled | None) -> list[Any]:
    spots = looks.spots_for(spots_of(current_site().config), row)
    shut = row.decision is FilterDecision.BLOCK
    options = {
        looks.RIGHT: str(_("Shut") if shut else _("Opens")),
        looks.WRONG: str(_("Still opens") if shut else _("Still shut")),
        looks.NOT_TRIED: str(_("Not tried")),
    }
    labels = {f"ticket.{one.id}": one.words for one in spots}
    questions = [Question(one.id, "") for one in spots]
    return list(fields_of("ticket", questions, labels, {one.id: options for one in spots}, filled))


def _fields(
    form: str,
    questions: tuple[Question, ...],
    choices: Mapping[str, Mapping[str, str]],
    filled: Filled | None,
) -> list[Any]:
    return list(fields_of(form, questions, words.LABELS, choices, filled))
