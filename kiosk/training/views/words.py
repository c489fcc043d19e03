"""Training in words: how somebody stands with a topic, what is in sum, and the sentence that governors get."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.accounts.models import StaffMember
from kiosk.duties.people import People, Person
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.small_numbers import about
from kiosk.training.record import KEEPERS
from kiosk.training.standing import INDUCTION, PersonTraining, Standing, State
from kiosk.wording.messages import N_
from kiosk.wording.words import ROLES, date_words, short_day

STATES = {
    State.NOT_ASKED: N_("not asked"),
    State.NOT_TALKED: N_("Not talked over"),
    State.OPEN: N_("open"),
    State.NEVER: N_("Not yet"),
}
MARKS = {
    State.RUN_OUT: "urgent",
    State.SOON: "soon",
    State.NOT_TALKED: "soon",
    State.OPEN: "soon",
    State.NEVER: "soon",
}


def cell_words(one: Standing, today: date) -> str:
    """The first line of a cell: the day that counts, or why none does."""
    if one.state in STATES or one.line is None:
        return str(_(STATES.get(one.state, STATES[State.NEVER])))
    return short_day(one.line.day, today)


def cell_line(one: Standing, today: date) -> str:
    """The second line of a cell: until when, or since when it waits."""
    if one.state is State.NOT_TALKED and one.waits:
        day = short_day(one.waits.day, today)
        return str(_("read %(day)s", day=day) if one.waits.version else _("heard %(day)s", day=day))
    if one.state is State.RUN_OUT:
        return str(_("has run out"))
    if one.state is State.SOON and one.until:
        return str(_("runs out %(day)s", day=short_day(one.until, today)))
    if one.state is State.OPEN and one.until:
        return str(_("by %(day)s", day=short_day(one.until, today)))
    return ""


def done_words(one: Standing, with_whom: str, today: date) -> str:
    """What was done of a topic, by whom, when it was talked over, and when it is done again."""
    line = one.line
    if line is None or line.talked_on is None:
        return ""
    day = date_words(line.day, today)
    said = [f"{day}, {line.given_by}." if line.given_by else f"{day}."]
    if line.talked_on == line.day:
        said.append(str(_("Talked over the same day with %(name)s.", name=with_whom)))
    else:
        talked = date_words(line.talked_on, today)
        said.append(str(_("Talked over on %(day)s with %(name)s.", day=talked, name=with_whom)))
    if one.until:
        said.append(str(_("Again by %(day)s.", day=date_words(one.until, today))))
    return " ".join(said)


def role_words(staff: StaffMember) -> str:
    """What somebody is here, and for what they stand in."""
    held = [
        str(_("%(role)s, stands in", role=_(ROLES[one.role]))) if one.deputy else str(_(ROLES[one.role]))
        for one in staff.holdings
    ]
    return ", ".join(held or [str(_(ROLES[Role.TEACHER]))])


def keepers(people: People) -> list[Person]:
    """Those with whom a topic is talked over, who are here today; each once."""
    found = {
        one.id: one
        for deputy in (False, True)
        for role in KEEPERS
        for one in people.of(role, deputy)
        if not one.away
    }
    return list(found.values())


def sums(site: Site, everybody: Sequence[PersonTraining], today: date) -> list[tuple[str, str]]:
    """What has run out, runs out, or waits, over everybody; each with its mark."""
    states = [one.state for person in everybody for one in person.of.values()]
    out, soon, waits = (states.count(one) for one in (State.RUN_OUT, State.SOON, State.NOT_TALKED))
    found = [
        ("urgent", ngettext("%(num)d has run out", "%(num)d have run out", out), out),
        (
            "soon",
            ngettext("%(num)d runs out by the end of term", "%(num)d run out by the end of term", soon),
            soon,
        ),
        ("soon", ngettext("%(num)d not talked over", "%(num)d not talked over", waits), waits),
    ]
    some = [(mark, str(words)) for mark, words, count in found if count]
    days = [one.first_days.due_on for one in everybody if one.first_days and one.first_days.due_on]
    if days:
        words = ngettext("%(num)d induction is open", "%(num)d inductions are open", len(days))
        some.append(("soon", f"{words}: {_induction_day(site, min(days), today)}"))
    return some


def _induction_day(site: Site, due: date, today: date) -> str:
    """Which of its school days the first induction is at; or that it is late."""
    whole = next((one.when.days for one in site.duties.all.values() if one.counted == INDUCTION), 0)
    if due < today:
        return str(_("late since %(day)s", day=date_words(due, today)))
    left = site.calendar.school_days_between(today, due)
    return str(_("day %(day)d of %(days)d", day=max(whole - left, 0), days=whole))


def in_date_words(everybody: Sequence[PersonTraining], today: date) -> str:
    """How many are in date, as governors read it."""
    asked = [some for one in everybody if (some := one.asked([has.topic for has in one.of.values()]))]
    good = sum(all(has.holds(today) for has in some) for some in asked)
    return str(_("Training in date, of those who work here: %(count)s.", count=about(good, len(asked))))
