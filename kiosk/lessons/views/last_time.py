"""Before a new lesson: what the class kept of its last one, asked about and neither marked nor stored."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import pupil_required
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenes.scene import Scene
from kiosk.lessons.views.blueprint import bp
from kiosk.lessons.views.pupil import kept_things, open_lesson, pupil_page

PICTURES = 3  # by which a story is told again


@bp.get("/learn/lessons/<id>/last-time")
@pupil_required
def last_time(id: str) -> ResponseReturnValue:
    """One question about the class's last lesson, or with `story` that lesson in short; the same for the whole class.

    What is said or tapped reaches nobody: every way but the story is the same address. Without such a lesson the new
    one begins.
    """
    lesson = open_lesson(id)
    last = next((one for one in reversed(kept_things()) if one.id != id), None)
    onward = url_for("quizzes.recall", id=id)
    if last is None:
        return redirect(onward)
    return render_template(
        "lessons/last_time.html",
        **pupil_page(),
        lesson=lesson,
        last=last,
        onward=onward,
        story=_story_of(last) if "story" in request.args else None,
    )


def _story_of(lesson: Lesson) -> list[Scene]:
    """The first, middle and last picture of a lesson, or as many as it has."""
    scenes = list(lesson.stage.scenes.values())
    if len(scenes) <= PICTURES:
        return scenes
    return [scenes[place * (len(scenes) - 1) // (PICTURES - 1)] for place in range(PICTURES)]
