"""`python -m tools.fleet.fill HOST`, on a machine: fill an invented school, and print who can come in and how."""

import json
import sys
from typing import Any

from sqlalchemy import delete, select

from kiosk.accounts.models import Pupil
from kiosk.config import Config
from kiosk.demo.running import prepare_demo
from kiosk.demo.school import with_root
from kiosk.quizzes.models import AnswerTally
from kiosk.roles import Role
from kiosk.school_files import load_schools
from kiosk.start import closing_databases, read_content
from tools.bench.school import forget_answers, sign_in_pupils, sign_in_readers

CLASSES, CHILDREN_EACH = 3, 9


def fill(config: Config) -> dict[str, Any]:
    """Fill the school of these settings; its people."""
    demo = config.model_copy(update={"demo": True})
    prepare_demo(demo)
    config = with_root(demo).model_copy(update={"demo": False})
    content = read_content(config)
    forget_answers(config)
    with closing_databases(config) as databases, databases.school.write() as session:
        session.execute(delete(AnswerTally))
        classes = {pupil.id: pupil.class_group_id for pupil in session.scalars(select(Pupil))}
    children = sign_in_pupils(config, CLASSES, CHILDREN_EACH, content)
    (teacher,) = sign_in_readers(config, 1, {Role.COORDINATOR}, content)
    return {
        "name": config.school_name,
        "root": config.readers_root_hash,
        "teacher": teacher.cookie,
        "children": [
            {
                "id": str(child.id),
                "class": str(classes[child.id]),
                "cookie": child.cookie,
                "quiz": child.quiz.id,
            }
            for child in children
            if child.quiz
        ],
    }


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(fill(load_schools()[sys.argv[1]]))}\n")
