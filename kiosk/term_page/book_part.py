"""The book of duties on the term page: how many were done in time, what was not, and what is still to be done.

Every duty that stands in the book counts, whoever added it. What hangs on cases stands nowhere here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.duties.book import TASK, Entry, all_states, applies_not, entry_of, is_on, left_off, taken_back
from kiosk.duties.kind import Duty
from kiosk.duties.lists import OF_PEOPLE, day_words
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.duties.people import People
from kiosk.duties.periods import first_due
from kiosk.site import Site
from kiosk.small_numbers import about, in_fives
from kiosk.term_page.sheet import Row, Sheet, first_of, short

MOST_SENTENCES, MOST_LATE, MOST_TASKS, MOST_LINES, MOST_NAMED = 6, 3, 4, 5, 3
OFTEN = {"week", "month", "half-term", "term"}
SHORT_TITLE, LONGEST_TASK = 50, 90
THIS_PAGE = "term-page"  # what kiosk counts as a page is issued: it is no news on the page itself
PART = "{done} of {all} "  # how a line begins whose number may stand large


def book_part(session: Session, site: Site, people: People, since: int, today: date) -> Sheet:
    """What the book says of the days since a line of the log by today."""
    states = all_states(session)
    entries, not_here = _standing(site, states, today)
    off = [one.title for one in left_off(site.duties, states, today) if not one.seen_by]
    own = next((one for one in entries if one.duty.counted == THIS_PAGE), None)
    entries = [one for one in entries if one is not own]
    lines = _lines_since(session, since)
    late = [one for one in entries if one.late]
    done = {one.duty.id: _done_lines(lines, one.duty) for one in entries}
    after = [
        one
        for one in entries
        if one not in late and any(_was_late(line, site.calendar) for line in done[one.duty.id])
    ]
    in_time = [one for one in entries if one not in late and one not in after and done[one.duty.id]]
    late.sort(key=lambda one: (not one.duty.always, one.due or date.max, one.duty.title))
    page_lines = [
        (one, _page_line(one, site.calendar)) for one in entries if one.duty.page and _has_things(one)
    ]
    large = [row for one, row in page_lines if row[0] and not _of_people(one.duty)][:1]
    large += [row for one, row in page_lines if row[0] and _of_people(one.duty)][:1]
    told = [*_faults(entries), *(" ".join(row).strip() for _, row in page_lines if row not in large)]
    mild = [
        *(
            [(short(own.duty.title, SHORT_TITLE), f"was due {day_words(own.due)}.")]
            if own and own.late and own.due
            else ()
        ),
        *(_done_late(one, done[one.duty.id], site.calendar) for one in after),
        *_put_off(lines, entries),
        *(
            (short(one.title, SHORT_TITLE), "does not apply here, as two of the leadership say.")
            for one in not_here
        ),
    ]
    tasks = _tasks(entries, states, people)
    return Sheet(
        figures=(_count(in_time, after, late, len(entries), len(off)), *large),
        checked=first_of(told, MOST_LINES),
        not_done=tuple((short(one.duty.title, SHORT_TITLE), _sentence(one)) for one in late[:MOST_SENTENCES]),
        not_done_more=tuple(short(one.duty.title, SHORT_TITLE) for one in late[MOST_SENTENCES:]),
        late=(*_off(off), *first_of(mild, MOST_LATE)),
        late_more=max(len(mild) - MOST_LATE, 0),
        will=(*first_of(tasks, MOST_TASKS), *_tasks_done(lines, entries, states, people)),
        will_more=max(len(tasks) - MOST_TASKS, 0),
    )


def _standing(
    site: Site, states: Mapping[str, Sequence[DutyState]], today: date
) -> tuple[list[Entry], list[Duty]]:
    """Every duty of the book without its tasks, and those that two said do not apply here."""
    on: list[Entry] = []
    not_here: list[Duty] = []
    for duty in site.duties.all.values():
        if duty.seen_by:
            continue
        entry = entry_of(site, duty, states.get(duty.id, ()), today)
        if is_on(duty, site.duties, entry.whole, today):
            on.append(replace(entry, states=entry.things))
        elif applies_not(entry.whole, today):
            not_here.append(duty)
    return on, not_here


def _lines_since(session: Session, since: int) -> list[DutyLine]:
    """The lines of the book since one of the log, without those that were taken back."""
    rows = session.scalars(select(DutyLine).where(DutyLine.seq > since).order_by(DutyLine.seq)).all()
    back = taken_back(rows)
    return [one for one in rows if one.id not in back]


def _done_lines(lines: Iterable[DutyLine], duty: Duty) -> list[DutyLine]:
    """What was done of a duty that was due; a line that leaves it open is none."""
    return [
        one
        for one in lines
        if one.duty == duty.id
        and one.kind is LineKind.DONE
        and one.result in duty.counts.done
        and one.was_due is not None
        and not one.of.startswith(TASK)
    ]


def _stood_on(line: DutyLine, calendar: SchoolCalendar) -> date:
    """The day on which it stood in the book: a day that somebody writes down later makes nothing in time."""
    if line.by_id is None:  # kiosk counted what was done on that day
        return line.day
    return max(line.day, line.written_at.astimezone(calendar.zone).date())


def _was_late(line: DutyLine, calendar: SchoolCalendar) -> bool:
    return line.was_due is not None and _stood_on(line, calendar) > line.was_due


def _off(titles: Sequence[str]) -> tuple[Row, ...]:
    """What could stand in the book and does not, so that nobody takes silence for a thing done."""
    if not titles:
        return ()
    return (("Not in our book", f"{_few(titles)}."),)


def _count(
    in_time: Sequence[Entry], after: Sequence[Entry], late: Sequence[Entry], whole: int, off: int
) -> Row:
    had = len(in_time) + len(after) + len(late)
    later = whole - had
    beside = f" {later} {'is' if later == 1 else 'are'} not due yet." if later else ""
    beside += f" {off} {'is' if off == 1 else 'are'} not in our book." if off else ""
    if not had:
        return "No duty", f"was done in these days, and none is late.{beside}"
    words = "duties were done in time."
    if after:
        words += f" {len(after)} {'was late and is' if len(after) == 1 else 'were late and are'} done."
    if late:
        words += f" {len(late)} {'is' if len(late) == 1 else 'are'} not done."
    return f"{len(in_time)} of {had}", words + beside


def _names_people(duty: Duty) -> bool:
    """Whether the names of its things are of people or of classes, which stand on no page."""
    return _of_people(duty) or "class" in duty.each


def _has_things(entry: Entry) -> bool:
    """Whether there is anything to count: what is done one by one counts once the school has said of what."""
    return bool(entry.states) and not (entry.duty.each and all(not one.of for one in entry.states))


def _of_people(duty: Duty) -> bool:
    return bool(OF_PEOPLE.intersection(duty.each))


def _faults(entries: Iterable[Entry]) -> list[str]:
    """What was found and has to be put right: "Try the filter. It let something through: laptops at home"."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        for one in entry.states:
            if one.result in entry.duty.opens_task and one.label and not _names_people(entry.duty):
                words = f"{entry.duty.title}. {entry.duty.result_words[one.result]}"
                found.setdefault(words, []).append(one.label)
    return [f"{words}: {_few(labels)}." for words, labels in found.items()]


def _few(labels: Sequence[str]) -> str:
    more = f"; and {len(labels) - MOST_NAMED} more" if len(labels) > MOST_NAMED else ""
    return short("; ".join(labels[:MOST_NAMED])) + more


def _is_done(entry: Entry, state: DutyState, calendar: SchoolCalendar) -> bool:
    """Whether it is done for now: what is due each term was done in this one."""
    if state.done_on is None or state in entry.late:
        return False
    if entry.duty.when.every not in OFTEN or state.due_on is None:
        return True
    return state.due_on > first_due(calendar, entry.duty, entry.today)


def _page_line(entry: Entry, calendar: SchoolCalendar) -> Row:
    """The line that the duty's file has for this page: its number apart where it begins with one."""
    states, duty = entry.states, entry.duty
    done = sum(_is_done(entry, one, calendar) for one in states)
    never = sum(one.done_on is None for one in states)
    whole = len(states)
    values = {"never": str(never), "late": str(len(entry.late)), "done": str(done), "all": str(whole)}
    if _of_people(duty):
        values = {
            "done": about(done, whole),
            "never": about(never, whole),
            "late": about(len(entry.late), whole),
            "all": str(in_fives(whole)),
        }
    values["last"] = day_words(entry.last.done_on) if entry.last and entry.last.done_on else "not yet"
    values["next"] = day_words(entry.due) if entry.due else "no day"
    number, rest = "", duty.page
    if duty.page.startswith(PART):
        number, rest = f"{values['done']} of {values['all']}", duty.page.removeprefix(PART)
        if _of_people(duty):  # words are large alone: what they are of begins the sentence
            number, rest = values["done"].capitalize(), f"of {values['all']} {rest}"
    for name, value in values.items():
        number, rest = number.replace(f"{{{name}}}", value), rest.replace(f"{{{name}}}", value)
    return number, short(rest)


def _sentence(entry: Entry) -> str:
    """The duty's own sentence for what was not done. Of people and classes it says how many, never who."""
    duty, some, whole = entry.duty, len(entry.late), len(entry.states)
    words = entry.not_done
    if _names_people(duty):
        some_words = f"{about(some, whole)} of them" if _of_people(duty) else f"{some} of {whole}"
        words = duty.not_done.replace("{what}", some_words)
    due = f" It was due {day_words(entry.due)}." if entry.due else ""
    return short(words) + due


def _done_late(entry: Entry, lines: Sequence[DutyLine], calendar: SchoolCalendar) -> Row:
    behind = [one for one in lines if _was_late(one, calendar)]
    title, last = short(entry.duty.title, SHORT_TITLE), behind[-1]
    stood_on = _stood_on(last, calendar)
    if len(entry.states) > 1:
        return (
            title,
            f"{len(behind)} of {max(len(lines), len(behind))} were done late, the last on {day_words(stood_on)}.",
        )
    days = calendar.school_days_between(last.was_due or stood_on, stood_on)
    return title, f"done on {day_words(stood_on)}, {days} school day{'' if days == 1 else 's'} late."


def _put_off(lines: Sequence[DutyLine], entries: Sequence[Entry]) -> list[Row]:
    titles = {one.duty.id: one.duty.title for one in entries}
    return [
        (short(titles[one.duty], SHORT_TITLE), f"put off until {day_words(one.next_due)}.")
        for one in lines
        if one.kind is LineKind.PUT_OFF and one.next_due and one.duty in titles
    ]


def _tasks(
    entries: Sequence[Entry], states: Mapping[str, Sequence[DutyState]], people: People
) -> list[tuple[str, str, str]]:
    """What has to be put right: what, who, by when."""
    found = [
        one
        for entry in entries
        for one in states.get(entry.duty.id, ())
        if one.of.startswith(TASK) and one.due_on
    ]
    found.sort(key=lambda one: (one.due_on or date.max, one.label))
    return [
        (short(one.label, LONGEST_TASK), _who(people, one), day_words(one.due_on))
        for one in found
        if one.due_on
    ]


def _tasks_done(
    lines: Sequence[DutyLine],
    entries: Sequence[Entry],
    states: Mapping[str, Sequence[DutyState]],
    people: People,
) -> list[tuple[str, str, str]]:
    """What was put right in the time of these lines, the last ones."""
    done = [
        (one, one.done_on)
        for entry in entries
        for one in states.get(entry.duty.id, ())
        if one.of.startswith(TASK) and one.due_on is None and one.done_on
    ]
    ended = {one.id for one in lines}
    finished = sorted(((one, day) for one, day in done if one.line_id in ended), key=lambda one: one[1])
    return [
        (f"Put right: {short(state.label, LONGEST_TASK)}", _who(people, state), f"done {day_words(day)}")
        for state, day in finished[-2:]
    ]


def _who(people: People, task: DutyState) -> str:
    who = task.given_to_id or task.done_by_id
    return people.all[who].name if who in people.all else ""
