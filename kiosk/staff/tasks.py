"""Tasks for those who run the school: roles without people, facts to check again, content to review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.conduct.code import Codes
from kiosk.facts import Checked, Facts
from kiosk.lessons.lesson import Lesson


@dataclass(frozen=True)
class ContentTasks:
    """The tasks about content."""

    overdue: tuple[Checked, ...]  # facts and helplines past their review date
    lessons_overdue: tuple[Lesson, ...]
    lessons_draft: int
    codes_draft: tuple[str, ...]  # titles, each with its language where it is not English
    translations_behind: tuple[str, ...]  # the English has changed since

    def __bool__(self) -> bool:
        return bool(
            self.overdue
            or self.lessons_overdue
            or self.lessons_draft
            or self.codes_draft
            or self.translations_behind
        )


def content_tasks(lessons: Mapping[str, Lesson], codes: Codes, facts: Facts, today: date) -> ContentTasks:
    """The content that somebody should look at; kiosk only starts if all content can be read."""
    titles = [(code, f"{code.title} ({code.id}, {code.lang})") for code in codes]
    return ContentTasks(
        overdue=tuple(facts.overdue(today)),
        lessons_overdue=tuple(lesson for lesson in lessons.values() if lesson.review_by < today),
        lessons_draft=sum(lesson.status == "draft" for lesson in lessons.values()),
        codes_draft=tuple(title for code, title in titles if code.draft),
        translations_behind=tuple(title for code, title in titles if code.stale),
    )
