"""Everybody who was found, as one list for a file: one heading for each lesson of any age group among them."""

from collections.abc import Callable, Sequence

from kiosk.messages import N_
from kiosk.oversight.completion import CELL_WORDS
from kiosk.oversight.decisions import STATE_WORDS
from kiosk.oversight.everybody import Sheet


def csv_rows(sheets: Sequence[Sheet], say: Callable[[str], str]) -> list[list[str]]:
    """The rows of the screen; a lesson that is not among those of a child's age group has an empty cell."""
    lessons = dict(lesson for sheet in sheets for lesson in sheet.lessons)
    head = [say(N_("Class")), say(N_("Year")), say(N_("Pupil")), *lessons.values(), say(N_("Code"))]
    body = []
    for sheet in sheets:
        places = {lesson_id: place for place, (lesson_id, _title) in enumerate(sheet.lessons)}
        for group, lines in sheet.classes:
            for line in lines:
                cells = [
                    say(CELL_WORDS[line.cells[places[lesson_id]]]) if lesson_id in places else ""
                    for lesson_id in lessons
                ]
                body.append([group.name, group.year, line.child.name, *cells, say(STATE_WORDS[line.code])])
    return [head, *body]
