"""Doctor is red without a copy of last night, and without one that was proven in this term."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, SettingError
from kiosk.host.copies import DRILL, NOTES, CopyNotes, Drill, write_drill, write_notes
from kiosk.upkeep.doctor.copies import check_drill, check_last_copy
from tests.upkeep.looked_at import failed_checks

TODAY = date(2026, 11, 30)


def noted(folder: Path, **notes: date | str) -> Config:
    config = Config(data_dir=folder)
    folder.mkdir(exist_ok=True)
    write_notes(config, CopyNotes(**notes))  # type: ignore[arg-type]
    return config


def test_a_copy_of_last_night_is_in_order_and_one_missed_night_is_no_alarm(tmp_path: Path) -> None:
    for days in range(3):
        config = noted(tmp_path, copied_on=TODAY - timedelta(days=days))
        assert check_last_copy(config, TODAY).startswith("made on ")


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ({}, "no copy yet; make a recovery card, then `kiosk backup`"),
        ({"copied_on": TODAY - timedelta(days=3)}, "the last one is of 27 November 2026; does the timer"),
        ({"copied_on": TODAY + timedelta(days=1)}, "the last one is of 1 December 2026"),
        (
            {"copied_on": TODAY, "trouble": "there is no folder /mnt/copies"},
            "there is no folder /mnt/copies; the last whole one is of 30 November 2026",
        ),
    ],
)
def test_no_copy_an_old_one_and_one_that_is_not_whole_are_red(
    tmp_path: Path, notes: dict[str, date | str], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        check_last_copy(noted(tmp_path, **notes), TODAY)


def test_a_drill_holds_for_its_term(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    calendar = SchoolCalendar(config.zone)
    with pytest.raises(SettingError, match="no copy was ever proven; run `kiosk drill`"):
        check_drill(config, calendar, TODAY)
    write_drill(config, Drill(TODAY, TODAY, "one", "proven"))
    assert check_drill(config, calendar, TODAY) == "a copy was proven on 30 November 2026"
    with pytest.raises(SettingError, match="last on 30 November 2026, not in this term; run `kiosk drill`"):
        check_drill(config, calendar, TODAY + timedelta(days=365))


@pytest.mark.parametrize("name", [NOTES, DRILL])
def test_notes_that_cannot_be_read_are_never_in_order(healthy: Config, name: str) -> None:
    assert failed_checks(healthy) == []
    healthy.file(name).write_text("copied_on = yesterday")
    (said,) = failed_checks(healthy)
    assert "cannot be read" in said


def test_what_a_restore_has_set_aside_is_not_kept_for_ever(tmp_path: Path) -> None:
    config = noted(tmp_path, copied_on=TODAY)
    (tmp_path / "before-restore-2026-11-20-093000").mkdir()
    (tmp_path / "before-restore-of-mine").mkdir()
    assert check_last_copy(config, TODAY)
    (tmp_path / "before-restore-2026-10-29-093000").mkdir()
    with pytest.raises(
        SettingError, match="before-restore-2026-10-29-093000 is of before a restore, and holds"
    ):
        check_last_copy(config, TODAY)


def test_copies_that_would_be_lost_with_the_disk_of_the_school_are_named_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = noted(tmp_path / "data", copied_on=TODAY, folders=str(tmp_path))
    assert check_last_copy(config, TODAY) == "made on 30 November 2026, on the disk of the school alone"
    monkeypatch.setattr(
        "kiosk.upkeep.doctor.copies._same_disk", lambda config, folder: folder != "/mnt/other"
    )
    config = noted(tmp_path / "data", copied_on=TODAY, folders=f"/mnt/other\n{tmp_path}")
    assert check_last_copy(config, TODAY) == "made on 30 November 2026"
