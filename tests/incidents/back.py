"""Lines of a case that somebody takes back: what can be, how it is sent, and what the log says then."""

from werkzeug.test import TestResponse

from kiosk.incidents.case.records import KINDS
from kiosk.incidents.models import Act
from kiosk.storage.db import now_utc
from tests.incidents.case.test_records import WHOLE
from tests.incidents.desk import Desk
from tests.pages import Page

IN_A_MINUTE = "You can take this back for a minute."
TYPED = {f"record/{kind}": (Act(kind), WHOLE[kind]) for kind in KINDS}
TAPPED: dict[str, tuple[Act, dict[str, str]]] = {
    "tags": (Act.TAGGED, {"tag": "contact"}),
    "rang": (Act.RANG, {"who": "999"}),
    "done": (Act.TICKED, {"todo-principal": "done"}),
}


def own_task(desk: Desk, who: str) -> dict[str, str]:
    """The form by which somebody gives themselves something to do."""
    day = now_utc().date().isoformat()
    return {"note": "Ring the nurse", "owner": desk.school.people[who].id.hex, "due_on": day}


def line_of(desk: Desk, number: int, act: Act) -> str:
    """The id of the newest line of this kind."""
    return str(desk.lines(number, act)[-1].id)


def offer(page: Page) -> str:
    """The address of the button that takes the newest line back; empty where there is none."""
    forms = [one.attrs.get("formaction", "") for one in page.all("button")]
    return next((one for one in forms if "/back/" in one), "")


def take_back(desk: Desk, who: str, number: int, act: Act) -> TestResponse:
    """This person sends what the button would, for the newest line of this kind."""
    return desk.send(who, number, f"back/{line_of(desk, number, act)}")


def words_after(desk: Desk, who: str, number: int, act: Act) -> str:
    """What the page of the case says to somebody who tried to take back the newest line of this kind."""
    answer = take_back(desk, who, number, act)
    assert answer.status_code == 302, answer.text
    return desk.page(who, number).text


def struck(page: Page) -> list[str]:
    """What is struck through."""
    return [one.text for one in page.all("del")]


def acts(desk: Desk, number: int) -> list[Act]:
    """What a log holds, without readings."""
    return [act for act in Act if act is not Act.READ for _ in desk.lines(number, act)]
