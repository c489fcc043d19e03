"""The page of languages, and a translation that stands beside its English for whoever reads it."""

import pytest
from flask import Flask

from kiosk.approving.beside import pairs_of
from kiosk.approving.items import Item
from kiosk.site import Content
from tests.accounts.doors import staff_browser
from tests.approving.school import Approvers
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")
WORDS = "translation/words-families.cy"


def test_the_words_of_families_are_one_item_to_approve_in_each_language(content: Content) -> None:
    words = {key for key in content.items if key.startswith("translation/words-families.")}
    assert words == {f"translation/words-families.{lang}" for lang in ("ar", "cy", "pl", "ro", "ur")}
    item = content.items[WORDS]
    assert item.machine_draft
    assert ("Our Code", "Ein Cod") in pairs_of(item.files, {}, "cy")


def test_each_rule_of_a_code_stands_beside_its_english(content: Content) -> None:
    item = content.items["translation/code-ks1.cy"]
    pairs = dict(pairs_of(item.files, content.items[item.original].files, "cy"))
    assert pairs["I ask before I use a screen."] == "Rwy'n gofyn cyn defnyddio sgrin."
    assert "draft" not in pairs.values()


def test_the_words_count_as_approved_once_two_people_say_so_and_lapse_with_any_of_them(
    app: Flask, approvers: Approvers
) -> None:
    lead, item = staff_browser(app, approvers.lead), approvers.items[WORDS]
    shown = lead.get("/staff/approve/languages").text
    assert "Machine draft" in shown
    assert "A child cannot tell in this language" in shown
    page = lead.get(f"/staff/approve/{WORDS}").text
    assert "Ein Cod" in page
    assert "A machine draft" in page
    assert not site_of(app).in_use.has_family_words("cy")
    approvers.both(item)
    assert approvers.of(item).approved
    (path, data), *_ = item.files.items()
    other = Item(item.kind, item.id, item.lang, {path: data.replace(b"Ein Cod", b"Ein Cod ni")})
    assert not approvers.of(other).approved


def test_a_sentence_for_a_page_that_is_not_there_yet_waits_for_two_people(
    app: Flask, content: Content
) -> None:
    assert content.notices.all["first-lines", "cy"]["not_yet"].unescape().startswith("Nid yw'r dudalen hon")
    assert site_of(app).first_line("not_yet", "cy") == ""
    assert site_of(app).first_line("ring_us", "zz") == ""
