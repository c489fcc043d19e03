"""A class of the demo school that a teacher leads: the desk, the wall, and a child's tablet at each stage."""

from collections.abc import Iterator

from sqlalchemy import delete, select, update
from werkzeug.test import Client

from kiosk.accounts.models import ClassGroup, ClassWindow, TabletSetUp
from kiosk.bands import Band
from tests.every_page import Site, Visit
from tests.walkers import become, taps

TEACHER = "teacher"
ASKS = ("choose", "vote", "question")


def of_a_led_class(site: Site) -> Iterator[Visit]:
    """From the choice of a lesson to the end of leading, and the board of a class that has closed."""
    desk = site.browser()
    yield become(site, desk, TEACHER)
    classes = site.visit(desk, TEACHER, "", "/staff/classes/")
    address = next(
        link.attrs["href"]
        for link in classes.page.all("a")
        if link.attrs.get("href", "").startswith("/staff/classes/")
        and link.attrs["href"] != "/staff/classes/"
    )
    lead = f"{address}/lesson"
    yield (choice := site.visit(desk, TEACHER, "", lead))
    name = next(one.text for one in choice.page.all("p") if "crumb" in one.attrs.get("class", ""))
    listed = next(one for one in site.listed["classes"] if one["name"] == name)
    offered = [one.attrs["value"] for one in choice.page.all("button") if one.attrs.get("name") == "lesson"]
    # One that asks at its first step, where hands are counted.
    first = next(id for id in offered if site.content.lessons[id].steps[0].kind in ASKS)
    class_id = address.rsplit("/", 1)[-1].replace("-", "")
    yield site.visit(desk, TEACHER, "", f"/staff/lessons/{first}/set?class={class_id}")  # on to its children
    yield site.visit(desk, TEACHER, "", lead, "POST", data={"lesson": ""})
    yield site.visit(desk, TEACHER, "", f"{lead}/stop?lesson={first}")
    yield site.visit(desk, TEACHER, "", lead, "POST", data={"lesson": first})
    child, who = site.browser(), f"pupil of {name}, who is led"
    yield site.visit(child, who, listed["pupils"][0]["name"], taps(site)[listed["pupils"][0]["name"]], "POST")
    turn = 0
    for press in ("", "next", "hands", "answers", "hide", "eyes", "carry-on", "minutes", "own-pace"):
        if press == "hands":
            yield _one_hand(site, desk, lead)
        elif press:
            yield site.visit(desk, TEACHER, "", f"{lead}/{press}", "POST", data={"turn": turn})
        yield (page := site.visit(desk, TEACHER, "", lead))
        turn = int(page.page.inputs("turn")[0].attrs["value"])
        board = next(
            link.attrs["href"] for link in page.page.all("a") if "/board/" in link.attrs.get("href", "")
        )
        for there in (board, f"{board}/now"):
            yield site.visit(site.browser(), "board", "", there)
        for there in ("/learn/class", "/learn/class/wait", "/learn/class/with"):
            yield site.visit(child, who, listed["pupils"][0]["name"], there)
        yield site.visit(
            child,
            who,
            listed["pupils"][0]["name"],
            "/learn/class/now",
            "POST",
            data={"where": "/learn/class/wait"},
        )
        yield site.visit(
            child, who, listed["pupils"][0]["name"], "/learn/class/hand", "POST", data={"up": "1"}
        )
    yield site.visit(desk, TEACHER, "", f"{lead}/end", "POST", data={"turn": turn})
    telling = next(id for id in offered if site.content.lessons[id].each_term)
    site.visit(desk, TEACHER, "", lead, "POST", data={"lesson": telling})
    yield site.visit(desk, TEACHER, "", lead)
    for method in ("GET", "POST"):
        yield site.visit(child, who, listed["pupils"][0]["name"], "/learn/class/before", method)
    site.visit(desk, TEACHER, "", f"{lead}/end", "POST", data={"turn": _turn(site, desk, lead)})
    for place in ("", "1", "0"):
        yield site.visit(
            desk, TEACHER, "", f"{address}/code", "POST" if place else "GET", data={"place": place}
        )
        yield site.visit(desk, TEACHER, "", f"{address}/code")
        yield site.visit(site.browser(), "board", "", board)
    after = f"{address}/after/{first}"
    yield site.visit(desk, TEACHER, "", after)
    yield site.visit(desk, TEACHER, "", after, "POST", data={"here": ""})
    yield site.visit(site.browser(), "board", "", "/home/board/nowhere")
    for method in ("GET", "POST"):
        yield site.visit(site.browser(), "board", "", "/board", method, data={"code": "OWL 99"})


def _turn(site: Site, desk: Client, lead: str) -> int:
    return int(site.visit(desk, TEACHER, "", lead).page.inputs("turn")[0].attrs["value"])


def of_set_up_tablets(site: Site) -> Iterator[Visit]:
    """A tablet from its set-up to "Is this you?", while two classes of the youngest are open; and cards."""
    listed = next(one for one in site.listed["classes"] if one["band"] == Band.KS1)
    with site.databases.school.session(write=False) as session:
        youngest = session.scalars(select(ClassGroup).where(ClassGroup.name == listed["name"])).one()
        opened = session.scalars(select(ClassWindow).where(ClassWindow.class_group_id == youngest.id)).one()
    desk, who = site.browser(), "coordinator"
    yield become(site, desk, who)
    yield site.visit(desk, who, "", "/staff/tablets", "POST", data={"users": ""})
    yield (made := site.visit(desk, who, "", "/staff/tablets", "POST", data={"users": youngest.id.hex}))
    link = next(one.text for one in made.page.all("p") if "/learn/set-up/" in one.text)
    cards = f"/staff/classes/{youngest.id}/cards"
    yield (asked := site.visit(desk, who, "", cards))
    yield site.visit(desk, who, "", cards, "POST", data={"once": asked.page.value("once")})
    with site.databases.school.write() as session:
        other = ClassGroup(name="Rooks", year=youngest.year, band=Band.KS1)
        session.add(other)
        session.flush()
        beside = {"opened_by_id": opened.opened_by_id, "closes_at": opened.closes_at, "code": "DRUM 99"}
        session.add(ClassWindow(class_group_id=other.id, **beside))
        session.execute(update(TabletSetUp).values(class_group_id=None, year=youngest.year))
    tablet, child = site.browser(), listed["pupils"][0]["name"]
    there = "/learn/set-up/" + link.rpartition("/")[2]
    for address, method, sent in (
        (there, "GET", {}),
        (there, "POST", {}),
        ("/learn/?band=ks1", "GET", {}),
        ("/learn/?lang=ur&band=ks1", "GET", {}),
        ("/learn/?by_code=1", "GET", {}),
        ("/learn/card", "GET", {}),
        ("/learn/card", "POST", {"words": "kite kite"}),
        ("/learn/picture", "POST", {"window": opened.id.hex}),
        ("/learn/names", "GET", {}),
    ):
        yield (seen := site.visit(tablet, "on the way in by a picture", "", address, method, data=sent))
    tile = next(one for one in seen.page.inputs("pupil") if one.text == child)
    site.visit(tablet, "", "", "/learn/names", "POST", data={"pupil": tile.attrs["value"]})
    for lang in ("en", "ur"):
        yield site.visit(tablet, "on the way in by a picture", child, f"/learn/me?lang={lang}")
    with site.databases.school.write() as session:
        session.execute(delete(ClassWindow).where(ClassWindow.code == "DRUM 99"))
        session.execute(delete(ClassGroup).where(ClassGroup.name == "Rooks"))


def _one_hand(site: Site, desk: Client, lead: str) -> Visit:
    """The teacher counts a hand for the first answer."""
    page = site.visit(desk, TEACHER, "", lead).page
    more = next(one for one in page.all("button") if one.attrs.get("name") == "more")
    sent = {"more": more.attrs["value"], "place": page.inputs("place")[0].attrs["value"]}
    return site.visit(desk, TEACHER, "", f"{lead}/hands", "POST", data=sent)
