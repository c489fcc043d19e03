"""Pages of words: read whole or refused with file and line; a translation never stands for another English."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.content.problem import ContentError
from kiosk.content.source import content_hash
from kiosk.public.articles import Articles
from tests.content_folder import make_content, plant
from tests.readings import articles_in

PRIVACY = """\
---
schema: privacy/1
id: ks2
lang: en-GB
version: 1
status: draft
title: What we keep
---
## About you

We keep your **first name**. You can ring {help:friendly-line}.
"""
POLICY = """\
---
schema: policy/1
title: Our policy
owner_role: coordinator
version: 3
reviewed_on: "2026-09-14"
next_review: "2027-09-13"
related:
  - {title: Behaviour policy, version: "4", day: "2026-09-01", url: "https://school.example/behaviour"}
  - title: Phone policy
---
Ask before you play. {fact:game_age}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_content(tmp_path)
    for name, text in (("privacy/ks2.en.md", PRIVACY), ("policy/policy.en.md", POLICY)):
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


def translate(folder: Path, reviewed_by: str = "") -> None:
    mark = content_hash(folder / "privacy" / "ks2.en.md")
    head = f'lang: ur\nsource_hash: {mark}\nreviewed_by: "{reviewed_by}"\n'
    text = PRIVACY.replace("lang: en-GB\n", head).replace("What we keep", "ہم کیا رکھتے ہیں")
    (folder / "privacy" / "ks2.ur.md").write_text(text, encoding="utf-8")


def problems(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        articles_in(folder)
    return [(problem.path.name, problem.line, problem.message) for problem in caught.value.problems]


def test_a_privacy_page_has_a_title_and_words_with_numbers_filled_in(folder: Path) -> None:
    page = articles_in(folder).get("ks2", "en")
    assert (page.title, page.lang, page.dir, page.draft) == ("What we keep", "en-GB", "ltr", False)
    assert "<strong>first name</strong>" in page.html
    assert '<bdi class="num">01632 960 123</bdi>' in page.html


def test_the_policy_knows_when_it_is_overdue(folder: Path) -> None:
    policy = articles_in(folder).get("policy", "en")
    assert policy.reviewed_on == date(2026, 9, 14)
    assert not policy.overdue(date(2027, 9, 13))
    assert policy.overdue(date(2027, 9, 14))
    assert "You must be 13." in policy.html


def test_the_policy_names_those_beside_it_with_as_much_as_the_school_knows(folder: Path) -> None:
    behaviour, phones = articles_in(folder).get("policy", "en").related
    assert (behaviour.title, behaviour.version, behaviour.day) == ("Behaviour policy", "4", date(2026, 9, 1))
    assert (phones.title, phones.version, phones.day, phones.url) == ("Phone policy", "", None, "")


def test_a_privacy_page_is_never_overdue(folder: Path) -> None:
    assert not articles_in(folder).get("ks2", "en").overdue(date(2100, 1, 1))


def test_a_translation_stands_for_the_english_it_was_made_from(folder: Path) -> None:
    translate(folder)
    page = articles_in(folder).get("ks2", "ur")
    assert (page.title, page.dir, page.draft) == ("ہم کیا رکھتے ہیں", "rtl", True)
    translate(folder, reviewed_by="A reader")
    assert not articles_in(folder).get("ks2", "ur").draft
    plant(folder / "privacy" / "ks2.en.md", "You can ring", "You may ring")
    assert articles_in(folder).get("ks2", "ur").lang == "en-GB"


def test_a_language_without_a_translation_gets_the_english(folder: Path) -> None:
    pages: Articles = articles_in(folder)
    assert pages.get("policy", "pl").title == "Our policy"
    assert "policy" in pages
    assert "ks3" not in pages


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("privacy/ks2.en.md", "id: ks2", "id: ks3", 'the id is "ks3", the file says "ks2"'),
        ("privacy/ks2.en.md", "lang: en-GB", "lang: pl", 'the language is "pl", the file says "en"'),
        ("privacy/ks2.en.md", "status: draft", "status: done", "\"status\" is 'done'"),
        ("privacy/ks2.en.md", "{help:friendly-line}", "{help:nobody}", "{help:nobody} is not in facts"),
        ("privacy/ks2.en.md", "## About you", "# About you", "a heading inside a page begins with"),
        ("privacy/ks2.en.md", "You can ring", "<b>You</b>", "HTML is not used here"),
        ("policy/policy.en.md", "owner_role: coordinator\n", "", '"owner_role" is missing'),
        ("policy/policy.en.md", '"2027-09-13"', '"soon"', '"next_review"'),
        ("policy/policy.en.md", "https://school", "javascript:x", 'related 1, "url"'),
        ("policy/policy.en.md", "{fact:game_age}", "{fact:age}", "{fact:age} is not in facts"),
    ],
)
def test_a_mistake_is_refused_with_its_file_and_line(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    line = plant(folder / name, old, new)
    ((found, at, said),) = problems(folder)
    assert found == Path(name).name
    assert said.startswith(message)
    assert at == line or "missing" in message


def test_every_mistake_of_every_file_is_said_at_once(folder: Path) -> None:
    plant(folder / "privacy" / "ks2.en.md", "version: 1", "version: 0")
    plant(folder / "policy" / "policy.en.md", "{fact:game_age}", "{fact:age}")
    assert [name for name, _, _ in problems(folder)] == ["policy.en.md", "ks2.en.md"]
