"""Every further table is a function of what governors read: no other page or export counts for who may not read."""

import re

from tests.tree import ROOT

COUNTS = re.compile(r"func\.count\(|\b(?:count_waiting|count_piles|count_closed)\(")
OF_CASES = re.compile(r"\b(?:Incident|IncidentEntry|Report|ReportReader|CaseTag|CaseTask|PlannedChange)\b")
# Each counts what whoever looks may read, but for the bands, which are for others.
COUNTING = {
    "kiosk/report/access/listing.py": "reports by the key of the reader who looks",
    "kiosk/report/access/opening.py": "what waits for this reader",
    "kiosk/incidents/queue/unread.py": "the queue of this reader",
    "kiosk/incidents/queue/change_digest.py": "whether the queue of this reader has changed",
    "kiosk/incidents/export/register.py": "lines that the principal has to counter-sign, in the register that has each",
    "kiosk/staff/navigation.py": "the number beside Reports, for a reader",
    "kiosk/oversight/term_figures.py": "the bands",
    "kiosk/upkeep/chores/escalation.py": "nobody: whether rows called closed are as many as closed cases",
}
# Outside the rooms of cases their tables are known here alone.
KNOWING = {
    "kiosk/demo/names.py": "fills the demo",
    "kiosk/oversight/term_figures.py": "the bands",
    "kiosk/staff/views/home.py": "the queue of this reader, for the first page",
    "kiosk/upkeep/chores/escalation.py": "mails whoever may read",
    "kiosk/upkeep/chores/late_cases.py": "mails whoever may read",
    "kiosk/upkeep/schools/removing.py": "destroys no school of which something may have to be kept",
}
KNOWS = re.compile(r"^from kiosk\.incidents\.(?:models|queue|export)\b", re.MULTILINE)


def sources() -> dict[str, str]:
    """Every module of kiosk by its name."""
    paths = [path for path in (ROOT / "kiosk").rglob("*.py") if "migrations" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_whatever_counts_cases_or_reports_is_listed_with_whom_it_is_for() -> None:
    found = {name for name, text in sources().items() if COUNTS.search(text) and OF_CASES.search(text)}
    found |= {name for name, text in sources().items() if "count_waiting(" in text}
    assert found == set(COUNTING)


def test_nothing_outside_the_rooms_of_cases_knows_their_tables_but_what_is_listed() -> None:
    found = {
        name
        for name, text in sources().items()
        if KNOWS.search(text) and not name.startswith("kiosk/incidents/")
    }
    assert found == set(KNOWING)
