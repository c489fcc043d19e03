"""What waits for a member of staff: unread reports and open incidents, the late ones first, a page at a time."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from kiosk.incidents.case.assignment import staff_availability
from kiosk.incidents.case.case_file import Acting, CaseViewer
from kiosk.incidents.case.complaints import due_days
from kiosk.incidents.case.deadlines import acknowledge_by
from kiosk.incidents.case.need_to_know import answers_waiting
from kiosk.incidents.case.tags import tagged_lately, third_worries
from kiosk.incidents.case.tasks import open_tasks
from kiosk.incidents.case_log.entries import listed_acts
from kiosk.incidents.closing.close import waiting_for_second_reader
from kiosk.incidents.queue.duty import whom_to_ring
from kiosk.incidents.queue.facts import facts_of
from kiosk.incidents.queue.filters import Age, QueueFilter, age_of
from kiosk.incidents.queue.open_cases import (
    CaseExtras,
    IncidentRow,
    OpenCase,
    cases_for,
    closed_page,
    names_of,
    open_incidents,
)
from kiosk.incidents.queue.page import (
    Group,
    Order,
    Queue,
    QueueGroup,
    QueueRow,
    RedBlock,
    Tab,
    case_row,
    closed_row,
    colleagues,
    is_late,
    is_red,
    place_case,
    place_unread,
    unread_row,
)
from kiosk.incidents.queue.unread import Pile, level_of, listing_at, unread_piles, without_incident
from kiosk.report.access.listing import ids_of_piles, opened_rows, rows_of
from kiosk.report.release import WAITING
from kiosk.sealing.site_key import SiteKey

PAGE = 25  # rows of a page, each of which is opened for its facts
MOST_RED = 3  # more than that are rows of the first group: one screen has to be enough to see all that is red
# more than this of one kind in one slot is a flood: the rest is shown on separate pages (promise A19)
BUSY_SLOT = 30


def queue_page(
    looking: CaseViewer, key: SiteKey, tab: Tab = Tab.MINE, page: int = 1, wanted: QueueFilter | None = None
) -> Queue:
    """One page of the queue of a person; the same few queries, however many reports there are.

    `MINE`: every unread report that this person may read, the incidents they own, and those whose owner cannot act,
    so others act (`assignment.waits_for`). `ALL`: those of others too. `BUSY`: the reports beyond the usual number
    of a slot; nothing is ever left out. A number is looked for among all of them and what is closed. If the viewer's
    key is open (`Acting`), the rows of the page are opened for their facts.
    """
    look = _QueueSnapshot(looking, key)
    found = look.page(tab, max(page, 1), wanted or QueueFilter())
    if look.doubted:
        found = _QueueSnapshot(looking, key, exact=True).page(tab, max(page, 1), wanted or QueueFilter())
    return found


def how_much_waits(looking: CaseViewer, key: SiteKey) -> Queue:
    """How many reports and cases wait for this person and how many are late; of the rows only those in red."""
    return _QueueSnapshot(looking, key, marked=False).figures()


class _Entry(NamedTuple):
    """One entry of the sorted queue: a case, or `size` rows of a pile, beginning with the one numbered `first`."""

    group: Group
    order: Order
    late: bool
    size: int = 1
    first: int = 0
    pile: Pile | None = None
    case: OpenCase | None = None


class _QueueSnapshot:
    """One look at the queue: everything that waits in its order, of which one page is then filled in."""

    def __init__(self, looking: CaseViewer, key: SiteKey, exact: bool = False, marked: bool = True) -> None:
        school, reports, staff = looking.school, looking.reports, looking.staff
        calendar, now, today = looking.calendar, looking.now, looking.today
        self._looking, self._key = looking, key
        self._night = not calendar.is_open(now)
        incidents = open_incidents(school)
        open_ids = {one.report_id for one in incidents}
        tagged = tagged_lately(school, calendar, now) if marked else []
        rows = opened_rows(reports, staff.id, open_ids)
        known = rows
        # always queried: the response time must not reveal other people's tagged cases (promise S9)
        if marked:
            known = rows | rows_of(reports, staff.id, {one.report_id for one in tagged} - set(rows))
        self._worries = third_worries(tagged, known, staff.roles, calendar)
        asked_by, tasks = waiting_for_second_reader(school), open_tasks(school)
        owners = {one.owner_id for one in incidents} | {one.owner_id for one in chain(*tasks.values())}
        self._there = staff_availability(school, reports, owners, today)
        self._listed = listing_at(calendar, now)
        late = {id for id, due_on in due_days(school).items() if due_on < today}
        cases = cases_for(
            looking,
            incidents,
            rows,
            self._there,
            CaseExtras(self._listed, asked_by, tasks, late, answers_waiting(school)),
        )
        mark = self._there.mark_of(staff.id)
        piles, self._unsure = unread_piles(looking, rows, open_ids, self._listed, mark, exact)
        self._unread = [self._pile_entry(one) for one in piles]
        self._mine = [self._case_entry(one) for one in cases if one.waits]
        self._others = [self._case_entry(one) for one in cases if not one.waits]
        self.doubted = False  # whether a row marked unread has an incident: then all are read
        self._halfway = [id for id in open_ids if id in rows and rows[id].state in WAITING]

    def page(self, tab: Tab, page: int, wanted: QueueFilter) -> Queue:
        """The page with this number of a tab, or its last one."""
        unread = [one._replace(size=min(one.size, BUSY_SLOT)) for one in self._unread]
        shown: Sequence[_Entry] = {
            Tab.MINE: [*unread, *self._mine],
            Tab.ALL: [*unread, *self._mine, *self._others],
            Tab.OTHERS: self._others,
            Tab.BUSY: [one._replace(first=BUSY_SLOT, size=one.size - BUSY_SLOT) for one in self._unread],
            Tab.CLOSED: [],
        }[tab if wanted.number is None else Tab.ALL]
        found = sorted(
            (one for one in shown if one.size > 0 and self._matches_filter(one, wanted)),
            key=lambda one: one.order,
        )
        pages, closed = max(-(-sum(one.size for one in found) // PAGE), 1), list[IncidentRow]()
        if tab is Tab.CLOSED or wanted.number is not None:
            page, more, closed = closed_page(self._looking, wanted, page, PAGE)
            pages = page + more
        page = min(page, pages)
        here = self.figures()
        groups = self._groups_of_page(found, (page - 1) * PAGE, here.red) if found else []
        if closed:
            groups.append(self._closed_group(closed))
        return replace(here, groups=[one for one in groups if one.rows], page=page, pages=pages)

    def figures(self) -> Queue:
        """How many entries each tab has, without the entries."""
        not_read = sum(one.size for one in self._unread)
        cases = [one.case for one in (*self._mine, *self._others) if one.case]
        return Queue(
            red=self._red_blocks(),
            mine=not_read + len(self._mine),
            everything=not_read + len(self._mine) + len(self._others),
            now=sum(one.size for one in (*self._unread, *self._mine) if one.group is Group.NOW),
            late=sum(one.size for one in (*self._unread, *self._mine) if one.late),
            not_read=not_read,
            busy=sum(max(one.size - BUSY_SLOT, 0) for one in self._unread),
            unsure=self._unsure,
            there=self._there,
            ages=Counter(map(self._age_of_case, cases)),
            tasks={one.incident.number: one.tasks for one in cases if one.tasks},
            seconds=sum(one.second for one in cases),
            colleagues=colleagues(self._there, self._looking.staff.roles),
        )

    def _matches_filter(self, entry: _Entry, wanted: QueueFilter) -> bool:
        if entry.case:
            case, incident = entry.case, entry.case.incident
            return wanted.matches(
                case.report.route.id, case.level, incident.owner_id, incident.number, self._age_of_case(case)
            )
        assert entry.pile
        return wanted.matches(entry.pile.sample.route.id, level_of(entry.pile.sample), None)

    def _age_of_case(self, case: OpenCase) -> Age:
        return age_of(case.incident.opened_at, self._looking.calendar, self._looking.now)

    def _pile_entry(self, pile: Pile) -> _Entry:
        due = acknowledge_by(self._looking.calendar, pile.sample)
        group, order = place_unread(pile.sample, due, self._looking.now, self._night)
        return _Entry(group, order, self._looking.now > due, pile.size, pile=pile)

    def _case_entry(self, case: OpenCase) -> _Entry:
        group, order = place_case(case, self._looking.calendar, self._looking.now, self._night)
        return _Entry(group, order, is_late(case, self._looking.now), case=case)

    def _red_blocks(self) -> list[RedBlock]:
        """What nobody has opened of danger and hurt, the oldest first, and who else could.

        Whom to ring says the sealed text alone: nobody gets onto that list by a row that was changed by hand.
        """
        found = sorted((one for one in self._unread if is_red(one.pile)), key=lambda one: one.order)
        rows = self._with_facts([row for _, row in self._queue_rows(_on_page(found, 0, MOST_RED))])
        blocks = []
        for row in rows:
            marks = row.facts.readers if row.facts else {}
            blocks.append(RedBlock(row, whom_to_ring(self._looking, self._there, row.report.route.id, marks)))
        return blocks

    def _with_facts(self, rows: list[QueueRow]) -> list[QueueRow]:
        """These rows with what their sealed texts say, for a viewer whose key is open; one query."""
        if not isinstance(self._looking, Acting):
            return rows
        facts = facts_of(self._looking, self._there, [one.report.id for one in rows])
        return [replace(one, facts=facts.get(one.report.id)) for one in rows]

    def _groups_of_page(
        self, found: Sequence[_Entry], first: int, red: Sequence[RedBlock]
    ) -> list[QueueGroup]:
        """The groups of the page that begins with the row of this number; what is red stands above them."""
        every, shown = self._queue_rows(_on_page(found, first)), {one.row.report.id for one in red}
        pairs = [pair for pair in every if pair[1].report.id not in shown]
        rows: dict[Group, list[QueueRow]] = defaultdict(list)
        for (one, _), row in zip(pairs, self._with_facts([row for _, row in pairs]), strict=True):
            rows[one.group].append(row)
        counts = Counter({Group.NOW: len(pairs) - len(every)})
        for one in found:
            counts[one.group] += one.size
        return [QueueGroup(group, counts[group], rows[group]) for group in Group if counts[group]]

    def _queue_rows(self, here: Sequence[_Entry]) -> list[tuple[_Entry, QueueRow]]:
        if not here:
            return []
        cases = [one.case for one in here if one.case]
        calendar, now = self._looking.calendar, self._looking.now
        acts = listed_acts(self._looking.school, self._key, [one.incident.id for one in cases])
        ids = iter(self._shuffled_report_ids([one for one in here if one.pile]))
        rows: list[tuple[_Entry, QueueRow]] = []
        for one in here:
            if one.case:
                incident = one.case.incident
                person = self._there.people.get(incident.owner_id)
                row = case_row(one.case, acts.get(incident.id, ()), calendar, now)
                rows.append((one, self._with_owner(row, incident, person.name if person else "")))
            elif one.pile:
                reports = [replace(one.pile.sample, id=id) for id in next(ids)]
                rows += [(one, unread_row(report, calendar, now)) for report in reports]
        return rows

    def _shuffled_report_ids(self, here: Sequence[_Entry]) -> list[list[uuid.UUID]]:
        """The report ids of the piles on a page, shuffled inside each pile so that the order reveals nothing."""
        asked = [one for one in here if one.pile and one.pile.ids is None]
        start = min((one.first for one in asked), default=0)
        end = max((one.first + one.size for one in asked), default=0)
        keys = [one.pile.key for one in asked if one.pile]
        known = ids_of_piles(self._looking.reports, self._looking.staff.id, keys, (start, end), self._halfway)
        unread = without_incident(self._looking.school, (id for some in known.values() for id in some))
        self.doubted |= len(unread) < sum(len(some) for some in known.values())
        found = []
        for one in here:
            assert one.pile
            if one.pile.ids is not None:
                some = list(one.pile.ids[one.first : one.first + one.size])
            else:
                there = known.get(one.pile.key, [])[one.first - start :][: one.size]
                some = [id for id in there if id in unread]
            found.append(sorted(some, key=self._shuffle_key))
        return found

    def _shuffle_key(self, report_id: uuid.UUID) -> bytes:
        """A report's place among identical rows: stable, and unrelated to when it arrived (promise A5)."""
        return self._key.derive("queue-order", report_id.bytes, 8)

    def _with_owner(self, row: QueueRow, incident: IncidentRow, owner: str) -> QueueRow:
        yours = incident.owner_id == self._looking.staff.id
        return replace(row, owner=owner, yours=yours, worry=self._worries.get(incident.id))

    def _closed_group(self, incidents: Sequence[IncidentRow]) -> QueueGroup:
        looking = self._looking
        rows = rows_of(looking.reports, looking.staff.id, [one.report_id for one in incidents])
        names = names_of(looking.school, {one.owner_id for one in incidents})
        found = [
            self._with_owner(closed_row(one, self._listed(rows[one.report_id].key)), one, names[one.owner_id])
            for one in incidents
            if one.report_id in rows and rows[one.report_id].mine
        ]
        return QueueGroup(Group.CLOSED, 0, found)


def _on_page(found: Sequence[_Entry], first: int, most: int = PAGE) -> list[_Entry]:
    """The entries, or the parts of piles, that stand on the page that begins with the row of this number."""
    here, at = [], 0
    for one in found:
        start, end = max(first - at, 0), min(first + most - at, one.size)
        if start < end:
            here.append(one._replace(first=one.first + start, size=end - start))
        at += one.size
    return here
