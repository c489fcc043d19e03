"""The recovery card gives both keys back, says which word is wrong, and opens what was sealed for drills."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.backup.card import (
    COPIES,
    SITE,
    CardWrong,
    RecoveryCard,
    card_of_words,
    new_card,
    opens_drill_item,
    read_card,
    store_drill_item,
)
from kiosk.config import Config, SettingError
from kiosk.host.copies import CopyNotes, Drill, last_drill, read_notes, write_drill, write_notes
from kiosk.storage.db import Databases
from tests.factories import SITE_KEY

DAY = date(2026, 11, 30)
CARD = new_card(SITE_KEY)
PAGE = CARD.page("Hollybank School", DAY)


def words(name: str) -> list[str]:
    """The words of one half of a printed card."""
    lines = [line.split(":")[1] for line in PAGE.splitlines() if line.strip().startswith(f"{name}:")]
    return " ".join(lines).split()


def test_a_card_gives_back_what_it_was_made_of_also_by_four_letters_of_each_word() -> None:
    assert read_card(PAGE) == CARD
    short = [" ".join(word[:4].upper() for word in words(name)) for name in (COPIES, SITE)]
    assert card_of_words(*short) == CARD


@pytest.mark.parametrize("name", [COPIES, SITE])
def test_one_wrong_word_is_refused_wherever_it_stands(name: str) -> None:
    right = words(name)
    halves = {COPIES: " ".join(words(COPIES)), SITE: " ".join(words(SITE))}
    for place in range(len(right)):
        other = "academic" if right[place] != "academic" else "beyond"
        typed = " ".join([*right[:place], other, *right[place + 1 :]])
        with pytest.raises(CardWrong):
            card_of_words(**{"copies": halves[COPIES], "site": halves[SITE], name: typed})


def test_a_card_says_which_word_is_unknown_and_how_many_are_missing() -> None:
    right = words(COPIES)
    with pytest.raises(CardWrong, match="“bannana” is not a word that cards use"):
        card_of_words(" ".join([*right[:6], "bannana", *right[7:]]), " ".join(words(SITE)))
    with pytest.raises(CardWrong, match="the words of copies are 20, and these are 19"):
        card_of_words(" ".join(right[1:]), " ".join(words(SITE)))
    with pytest.raises(CardWrong, match="are 20, and these are 0"):
        read_card("a page of something else")


def test_the_words_of_the_two_halves_do_not_stand_for_each_other() -> None:
    with pytest.raises(CardWrong):
        card_of_words(" ".join(words(SITE)), " ".join(words(COPIES)))


def test_what_was_sealed_for_drills_opens_with_this_card_alone(databases: Databases) -> None:
    with databases.reports.write() as session:
        assert not opens_drill_item(session, CARD)
        store_drill_item(session, CARD)
    other = new_card(SITE_KEY)
    with databases.reports.session(write=False) as session:
        assert opens_drill_item(session, CARD)
        assert not opens_drill_item(session, other)
        assert not opens_drill_item(session, RecoveryCard(bytes(16), SITE_KEY))
    with databases.reports.write() as session:
        store_drill_item(session, other)
    with databases.reports.session(write=False) as session:
        assert opens_drill_item(session, other)
        assert not opens_drill_item(session, CARD)


def test_notes_and_certificates_are_kept_as_they_are(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    assert (read_notes(config), last_drill(config)) == (CopyNotes(), None)
    notes = CopyNotes("ab" * 32, None, DAY, 'kiosk "2" \\ 😀.kioskbackup', "no\nroom", DAY)
    write_notes(config, notes)
    drill = Drill(DAY, DAY, "a.kioskbackup", 'Zoë’s school\n"proven"\t\x1f on ...\n')
    write_drill(config, drill)
    assert (read_notes(config), last_drill(config)) == (notes, drill)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    with (tmp_path / "backup.toml").open("a") as more:
        more.write('of_a_newer_version = "that was taken back"\n')
    assert read_notes(config) == notes
    (tmp_path / "backup.toml").write_text("card = 3 =")
    with pytest.raises(SettingError, match=r"backup\.toml cannot be read"):
        read_notes(config)
