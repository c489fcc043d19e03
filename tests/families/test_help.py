"""Help by what happened: three short steps, numbers that somebody checks, and no draft of either (promise F6)."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.content.pictures import read_pictures
from kiosk.content.source import content_hash
from kiosk.nations import Nation
from kiosk.site import Content
from kiosk.told.situations import FOLDER, IDS, MIND, Situations, read_situations, scan_situations
from kiosk.wording.facts import read_facts
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

NATIONS = {
    Nation.ENGLAND: ("111", "NHS 111, option 2"),
    Nation.WALES: ("111", "NHS 111, option 2"),
    Nation.SCOTLAND: ("111", "NHS 24"),
    Nation.NORTHERN_IRELAND: ("0808 808 8000", "Lifeline"),
}
Translated = Callable[[str], Situations]


def page_of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Page(answer.text)


def approve(app: Flask, key: str) -> None:
    """From now on two people have approved this one as well."""
    known = site_of(app).in_use
    change_site(app, in_use=replace(known, approved=known.approved | {key}))


def of_nation(nation: Nation | None) -> Situations:
    folder = Path("content")
    found: Situations = read_situations(folder, read_facts(folder, nation), read_pictures(folder), nation)
    return found


@pytest.fixture
def translated(tmp_path: Path) -> Translated:
    """Situations as they are read once somebody has written one in Urdu, made from the English of this hash."""

    def read(source_hash: str) -> Situations:
        folder = tmp_path / source_hash / "content"
        shutil.copytree("content", folder)
        english = folder / FOLDER / "mean.en.md"
        words = english.read_text(encoding="utf-8").replace(
            "lang: en-GB", f"lang: ur\nsource_hash: {source_hash}"
        )
        words = words.replace("title: Somebody is unkind to my child", "title: کوئی میرے بچے کو ستاتا ہے")
        (folder / FOLDER / "mean.ur.md").write_text(words, encoding="utf-8")
        facts = read_facts(folder, Nation.ENGLAND)
        found: Situations = read_situations(folder, facts, read_pictures(folder), Nation.ENGLAND)
        return found

    return read


def test_every_situation_leads_from_the_list_to_what_to_say_three_steps_and_who_helps(
    client: FlaskClient,
) -> None:
    tiles = [
        link for link in page_of(client, "/home/help").all("a") if "fam-tile" in link.attrs.get("class", "")
    ]
    assert [tile.attrs["href"] for tile in tiles] == [f"/home/help/{id}" for id in IDS]
    for id in IDS:
        page = page_of(client, f"/home/help/{id}")
        steps = [one for one in page.all("li") if one.attrs.get("class") == "fam-step"]
        assert len(steps) == 3, id
        assert page.text.index("Say first") < page.text.index("Who helps")
        assert page.link("Tell us a worry")


def test_no_page_of_help_asks_for_words_or_a_file_or_looks_into_a_phone_in_secret(
    client: FlaskClient,
) -> None:
    for id in IDS:
        page = page_of(client, f"/home/help/{id}")
        assert not [*page.all("form"), *page.all("input"), *page.all("textarea")]
        assert "secret" not in page.text.replace("a secret, money", "")


@pytest.mark.parametrize("id", ["picture", "stranger", "hurt"])
def test_where_the_one_who_harms_may_be_at_home_it_says_whom_to_ring_instead_of_asking_them(
    content: Content, id: str
) -> None:
    near = content.situations[id, "en"].near
    assert "family" in near
    assert "0808 800 5000" in near and "999" in near


@pytest.mark.parametrize("nation", list(Nation))
def test_a_step_and_the_list_name_the_line_of_the_schools_own_nation(nation: Nation) -> None:
    number, name = NATIONS[nation]
    found = of_nation(nation)
    assert number in found["hurt", "en"].steps[2].text
    assert read_facts(Path("content")).by_nation[nation].named(MIND)[0].name == name
    others = {one for of, (one, _name) in NATIONS.items() if of is not nation} - {number}
    assert not any(other in found["hurt", "en"].steps[2].text for other in others)


def test_where_money_is_gone_a_step_names_a_line_that_stands_on_the_same_page() -> None:
    facts = read_facts(Path("content"), Nation.SCOTLAND)
    money = of_nation(Nation.SCOTLAND)["money", "en"]
    lines = [one.id for one in facts.helplines.named(money.helplines)]
    assert "report-fraud" not in lines and "police-101" in lines
    assert "Report Fraud" not in money.steps[2].text and ">101<" in money.steps[2].text
    for nation in set(Nation) - {Nation.SCOTLAND}:
        assert "Report Fraud" in of_nation(nation)["money", "en"].steps[2].text


def test_who_is_tracked_changes_nothing_on_the_phone_before_there_is_a_plan(content: Content) -> None:
    near = content.situations["mean", "en"].near
    assert "change nothing on the phone yet" in near and "make a plan" in near
    assert "0808 800 5000" in near and "999" in near


def test_a_school_that_has_not_said_its_nation_names_a_line_that_all_have() -> None:
    text = of_nation(None)["hurt", "en"].steps[2].text
    assert "Samaritans" in text and "option 2" not in text


def test_the_own_nation_stands_first_and_open_and_the_others_folded(app: Flask, client: FlaskClient) -> None:
    change_site(app, config=site_of(app).config.model_copy(update={"nation": Nation.SCOTLAND}))
    folds = page_of(client, "/home/help").all("details")
    assert [one.find_all("summary")[0].text for one in folds] == [
        "Scotland, where our school is",
        "England",
        "Wales",
        "Northern Ireland",
    ]
    assert ["open" in one.attrs for one in folds] == [True, False, False, False]


def test_hours_go_once_nobody_has_checked_them_and_the_number_stays(
    client: FlaskClient, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = content.facts.helplines["samaritans"]
    assert "Any time, day or night." in page_of(client, "/home/help/hurt").text
    later = line.review_by.replace(year=line.review_by.year + 2)
    monkeypatch.setattr("kiosk.site.Site.today", lambda site: date(later.year, later.month, later.day))
    text = page_of(client, "/home/help/hurt").text
    assert "Any time, day or night." not in text
    assert "116 123" in text and "Look this number up before you ring." in text


def test_numbers_are_links_at_home_and_plain_words_on_a_tablet_of_the_school(client: FlaskClient) -> None:
    for address in ("/home/help", "/home/help/hurt", "/home/help/picture"):
        at_home, at_school = page_of(client, address), page_of(client, f"{address}?band=ks2")
        assert any(link.attrs["href"] == "tel:999" for link in at_home.all("a"))
        out = [link.attrs["href"] for link in at_school.all("a")]
        assert not [href for href in out if href.startswith(("tel:", "sms:", "http"))]
        assert "999" in at_school.text


def test_an_unknown_situation_is_not_found(client: FlaskClient) -> None:
    assert client.get("/home/help/other").status_code == 404


def test_a_translation_is_shown_only_once_two_people_approved_it(
    app: Flask, client: FlaskClient, translated: Translated
) -> None:
    own = "کوئی میرے بچے کو ستاتا ہے"
    change_site(app, situations=translated(content_hash(Path("content") / FOLDER / "mean.en.md")))
    page = page_of(client, "/home/help/mean?lang=ur")
    assert page.heading == "Somebody is unkind to my child", "nobody has approved it"
    assert "This is not in your language yet" in page.text
    assert own not in page_of(client, "/home/help?lang=ur").text
    approve(app, "translation/help-mean.ur")
    page = page_of(client, "/home/help/mean?lang=ur")
    assert page.heading == own
    assert "This is not in your language yet" not in page.text
    assert own in page_of(client, "/home/help?lang=ur").text


def test_an_approved_translation_whose_english_has_changed_gives_way_to_english(
    app: Flask, client: FlaskClient, translated: Translated
) -> None:
    change_site(app, situations=translated("0" * 16))
    approve(app, "translation/help-mean.ur")
    assert page_of(client, "/home/help/mean?lang=ur").heading == "Somebody is unkind to my child"


def test_the_words_of_a_line_that_nobody_has_checked_stand_in_english(
    client: FlaskClient, content: Content
) -> None:
    text = page_of(client, "/home/help/awful?lang=ur").text
    iwf = content.facts.helplines["iwf"]
    assert iwf.what["en"] in text
    assert iwf.what["ur"] not in text


def test_a_situation_without_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    problems = scan_situations(tmp_path, read_facts(Path("content")), (), None)[1]
    assert [one.path.name for one in problems] == [f"{id}.en.md" for id in IDS]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("near: Somebody", "later: Somebody", 'unknown key "later"'),
        ("      scotland: Not sure", "      england2: Not sure", "must be"),
        ("{help:lifeline}", "{help:nhs-24-111}", '"nhs-24-111" is no line of northern-ireland'),
        ("papyrus", "papirus", '"papirus" is not in helplines.yml'),
        ("picture: sad", "picture: sadder", 'there is no picture "sadder"'),
        ("id: hurt", "id: mean", 'the id is "mean"'),
    ],
)
def test_a_mistake_in_a_file_is_told_before_anybody_reads_it(
    tmp_path: Path, before: str, after: str, problem: str
) -> None:
    folder = tmp_path / "content"
    shutil.copytree("content", folder)
    path = folder / FOLDER / "hurt.en.md"
    words = path.read_text(encoding="utf-8")
    assert before in words
    path.write_text(words.replace(before, after), encoding="utf-8")
    facts = read_facts(folder, Nation.ENGLAND)
    problems = scan_situations(folder, facts, read_pictures(folder), Nation.ENGLAND)[1]
    assert any(problem in one.message for one in problems), [one.message for one in problems]
