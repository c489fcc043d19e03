"""A school whose site key was replaced: its copies bring back everything that the old key had made."""

import shutil

import pytest

from kiosk.backup.archive import Archive
from kiosk.backup.card import RecoveryCard, new_card, store_drill_item
from kiosk.backup.copying import NoCopy
from kiosk.backup.drill import drill
from kiosk.backup.restoring import restore
from kiosk.host.copies import read_notes
from kiosk.sealing.site_key import read_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import now_utc
from tests.backup.conftest import Machine, SchoolWithCopies, note_card
from tests.upkeep.replacing import replaced


def card_of(school: SchoolWithCopies) -> RecoveryCard:
    """A new card of this school, typed back."""
    card = new_card(read_site_key(school.config.key_path))
    with closing_databases(school.config) as databases, databases.reports.write() as session:
        store_drill_item(session, card)
    note_card(school.config, card)
    return card


@pytest.mark.later
def test_a_copy_with_the_new_card_is_proven_and_comes_back_with_the_key_that_lasts(
    kept_school: SchoolWithCopies, machine: Machine
) -> None:
    config = kept_school.config
    before = kept_school.copy().rename(kept_school.card_file.with_name("before"))
    with closing_databases(config) as databases:
        replaced(config, databases)
    with pytest.raises(NoCopy, match="has another site key than this machine: `kiosk backup card --new`"):
        kept_school.copy()
    # So that doctor is red from the first night on.
    assert "has another site key" in read_notes(config).trouble
    card = card_of(kept_school)
    path = kept_school.copy()
    assert drill(config, Archive(path, card), now_utc()).copy == path.name
    other = machine()
    done = restore(other, Archive(path, card), replace=False, now=now_utc())
    assert done.log_is_whole
    assert read_site_key(other.key_path) == read_site_key(config.key_path)
    with closing_databases(other) as databases:
        check_ready(other, databases)
    shutil.rmtree(other.data_dir)
    older = machine()
    assert restore(older, Archive(before, kept_school.card), replace=False, now=now_utc()).log_is_whole
