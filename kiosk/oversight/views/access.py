"""Who has access to the school's network: the register, one person's history, and pauses."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import Pupil
from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.conduct.models import SignOff
from kiosk.incidents.case.forms import Filled, Question, is_day, read_form
from kiosk.oversight import access
from kiosk.oversight.access import LOOK_DAYS, SEE_ACCESS, AccessRow, AccessState, Person
from kiosk.oversight.addresses import addresses_ended, with_allowed
from kiosk.oversight.models import AccessAct, AccessLine, ConsentKind, Paused
from kiosk.oversight.paging import on_page, pages_for
from kiosk.oversight.views.blueprint import bp, csv_response, page_number
from kiosk.site import current_site
from kiosk.web.errors import NotAllowed, NotFound
from kiosk.web.forms import WHOLE, number_of
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import N_, Refused
from kiosk.wording.words import class_words, date_words, day_and_year

WHO = {"pupils": N_("Pupils"), "staff": N_("Staff"), "left": N_("Left")}
STATES = {
    AccessState.PAUSED: N_("Paused"),
    AccessState.WAITS: N_("Waits for the Code"),
    AccessState.GRANTED: N_("Granted"),
    AccessState.LEFT: N_("Left"),
}
SUMS = {
    AccessState.PAUSED: N_("paused"),
    AccessState.WAITS: N_("waiting for the Code"),
    AccessState.GRANTED: N_("granted"),
    AccessState.LEFT: N_("left within a year"),
}
PAUSED = {
    Paused.SIGN_IN: N_("Own sign-in on the school’s computers"),
    Paused.INTERNET: N_("The internet, but for work with an adult beside"),
    Paused.DEVICE: N_("Own device on the school’s network"),
}
GROUPS = {
    AccessState.PAUSED: N_("Differs from “granted”"),
    AccessState.WAITS: N_("Differs from “granted”"),
    AccessState.GRANTED: N_("Granted"),
    AccessState.LEFT: N_("Left"),
}
ACTS = {
    AccessAct.PAUSED: N_("Paused by %(name)s until looked at again"),
    AccessAct.KEPT: N_("Looked at again by %(name)s: the pause goes on"),
    AccessAct.RETURNED: N_("Given back by %(name)s"),
    AccessAct.DONE: N_("Set by %(name)s"),
}
DONE = {
    AccessAct.PAUSED: N_("Paused. The network manager sees what to set, and no reason."),
    AccessAct.KEPT: N_("It goes on until it is looked at again."),
    AccessAct.RETURNED: N_("Given back. The network manager sees what to set."),
    AccessAct.DONE: N_("Written down as set."),
}
HEAD = (N_("Name"), N_("Class"), N_("State"), N_("Since"), N_("Look again by"))
WHAT = Question("paused", N_("Choose what is paused."))
LOOK = Question("look_on", N_("Choose the day by which you look at it again."), is_day=True)
FORMS = {
    AccessAct.PAUSED: (WHAT, LOOK),
    AccessAct.KEPT: (LOOK,),
    AccessAct.RETURNED: (),
    AccessAct.DONE: (),
}
LONGEST_SEQ = 6  # digits
PERSON = "<any(pupil, staff):who>/<uuid:person_id>"
ACT = f"<any({', '.join(AccessAct)}):act>"


@bp.get("/access")
@staff_required(*SEE_ACCESS)
def access_register() -> ResponseReturnValue:
    """The register: what differs first, then who has access, page by page."""
    site, who = current_site(), _asked_who()
    rows = _rows(who)
    number = page_number(pages := pages_for(len(rows)))
    count = {state: sum(row.state is state for row in rows) for state in AccessState}
    return render_template(
        "oversight/access/register.html",
        tabs=[(_(words), url_for(".access_register", who=key), key == who) for key, words in WHO.items()],
        who=who,
        title=_(WHO[who]),
        groups=[
            (_(label), [_row_words(row, who) for row in some])
            for label, some in groupby(on_page(rows, number), key=lambda row: GROUPS[row.state])
        ],
        sums=[(count[state], _(SUMS[state])) for state in AccessState if count[state]],
        ended=_addresses_ended() if who == "staff" else [],
        number=number,
        pages=pages,
        address=lambda page: url_for(".access_register", who=who, page=page),
        csv_url=url_for(".access_csv", who=who),
        today=site.today(),
    )


@bp.get("/access.csv")
@staff_required(*SEE_ACCESS)
@password_again()
def access_csv() -> ResponseReturnValue:
    """The whole register of pupils, staff or leavers, as a CSV file."""
    who = _asked_who()
    words = {state: str(_(said)) for state, said in STATES.items()}
    note_export("access", str(_(WHO[who])))
    return csv_response(access.csv_rows(_rows(who), words, [_(one) for one in HEAD]), "access", who)


@bp.get(f"/access/{PERSON}")
@staff_required(*SEE_ACCESS)
def access_of(who: str, person_id: uuid.UUID) -> ResponseReturnValue:
    """One person: what was decided, and what this member of staff can do now."""
    return _person_page(who, _person_or_404(who, person_id))


@bp.post(f"/access/{PERSON}/{ACT}")
@staff_required(*SEE_ACCESS)
def change_access(who: str, person_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Pause, look again, give back, or write down that it is set."""
    site, step = current_site(), AccessAct(act)
    leads, today = site.config.leadership_roles, site.today()
    person = _person_or_404(who, person_id, for_update=True)
    staff = signed_in_staff()
    school().refresh(staff, ["holdings"])
    if step is not AccessAct.DONE and not access.is_lead(staff, person, leads):
        raise NotAllowed
    filled = read_form(act, FORMS[step], request.form, {"paused": list(Paused)})
    _check_look_day(filled)
    if filled.errors:
        return _person_page(who, person, filled), 422
    try:
        access.change_access(
            school(),
            acting_staff(),
            person,
            step,
            number_of(request.form.get("after", ""), LONGEST_SEQ),
            leads,
            today,
            Paused(filled.values["paused"]) if "paused" in filled.values else None,
            date.fromisoformat(filled.values["look_on"]) if "look_on" in filled.values else None,
        )
    except Refused as refused:
        roll_back_both()
        filled.errors.add(WHOLE, refused.message.text)
        return _person_page(who, _person_or_404(who, person_id), filled), 409
    school().commit()
    flash(_(DONE[step]))
    return redirect(url_for(".access_of", who=who, person_id=person_id), 303)


def _check_look_day(filled: Filled) -> None:
    """Note a mistake where a pause is not looked at again within the five school days."""
    site, typed = current_site(), filled.values.get("look_on", "")
    last = site.calendar.add_school_days(site.today(), LOOK_DAYS)
    if is_day(typed) and not site.today() < date.fromisoformat(typed) <= last:
        filled.errors.add(
            "look_on", N_("Choose a day after today and not later than %(day)s."), day=day_and_year(last)
        )


def domains_now() -> Collection[str]:
    """What an invited address may end in, and the addresses that two of the leadership allow today."""
    site = current_site()
    return with_allowed(school(), site.key, site.config.staff_domain_set, site.today())


def _addresses_ended() -> list[tuple[str, str]]:
    """Who has an address that is not the school's and that nobody allows, with where two people allow it."""
    site = current_site()
    found = addresses_ended(school(), site.key, site.config.staff_domain_set, site.today())
    kind = ConsentKind.ADDRESS.value
    return [(one.name, url_for(".new_consent", kind=kind, what=one.email)) for one in found]


def _asked_who() -> str:
    asked = request.args.get("who", "")
    return asked if asked in WHO else "pupils"


def _rows(who: str) -> list[AccessRow]:
    site = current_site()
    if who == "left":
        return access.leavers(school(), site.today())
    found = access.staff_access if who == "staff" else access.pupils_access
    return found(school(), site.codes)


def _person_or_404(who: str, person_id: uuid.UUID, for_update: bool = False) -> Person:
    found = access.person_of(school(), who, person_id, current_site().today(), for_update)
    if found is None:
        raise NotFound
    return found


def _row_words(row: AccessRow, who: str) -> dict[str, Any]:
    """One line of the register as the page shows it."""
    today, line = current_site().today(), row.line
    paused = row.state is AccessState.PAUSED and line and line.paused
    if paused and line and line.look_on:
        late = line.look_on < today
        following = _("It was to be looked at by %(day)s") if late else _("Look again by %(day)s")
        following = following % {"day": date_words(line.look_on, today)} if "%(" in following else following
    else:
        following = ""
    kind = "pupil" if who == "pupils" or (who == "left" and row.year) else "staff"
    return {
        "state": row.state,
        "words": _(STATES[row.state]),
        "name": row.name,
        "url": url_for(".access_of", who=kind, person_id=row.id),
        "place": class_words(row.place, row.year) if row.year else row.place,
        "what": _(PAUSED[line.paused]) if line and line.paused else "",
        "since": row.since,
        "version": row.version if row.state is AccessState.GRANTED else None,
        "next": following,
        "to_set": bool(line and line.to_set),
    }


def _person_page(who: str, person: Person, filled: Filled | None = None) -> str:
    site, staff = current_site(), signed_in_staff()
    lines = access.access_lines(school(), person)
    last = lines[0] if lines else None
    acts = access.acts_for(staff, person, last, site.config.leadership_roles)
    return render_template(
        "oversight/access/person.html",
        who=who,
        person=person,
        name=person.first_name if isinstance(person, Pupil) else person.name,
        place=class_words(person.class_group.name, person.class_group.year)
        if isinstance(person, Pupil)
        else "",
        paused=_(PAUSED[last.paused]) if last and last.paused else "",
        look_on=last.look_on if last else None,
        to_set=bool(last and last.to_set),
        after=last.seq if last else 0,
        acts=[act.value for act in acts],
        choices=[(one.value, _(words)) for one, words in PAUSED.items()],
        last_day=site.calendar.add_school_days(site.today(), LOOK_DAYS),
        history=_history(person, lines, access.signed_days(school(), person)),
        values=filled.values if filled else {},
        errors=filled.errors if filled else None,
        step=filled.step if filled else "",
    )


def _history(
    person: Person, lines: Sequence[AccessLine], signed: Sequence[SignOff]
) -> list[tuple[date, str, str]]:
    """What was decided: days, what, and more about it; the newest first."""
    found = [(one.day, 1, one.seq, *_line_words(one)) for one in lines]
    found += [
        (one.decided_on, 0, 0, _("The Code, version %(version)s: agreed", version=one.code_version), "")
        for one in signed
        if one.decision.value == "agree"
    ]
    if person.left_on:
        found.append((person.left_on, 2, 0, _("Left"), ""))
    return [
        (day, what, more) for day, _order, _seq, what, more in sorted(found, key=lambda one: one[:3])[::-1]
    ]


def _line_words(line: AccessLine) -> tuple[str, str]:
    more = ""
    if line.act in {AccessAct.PAUSED, AccessAct.KEPT} and line.paused and line.look_on:
        more = _(
            "%(what)s. Looked at again by %(day)s.",
            what=_(PAUSED[line.paused]),
            day=day_and_year(line.look_on),
        )
    return str(_(ACTS[line.act], name=line.by.name)), str(more)
