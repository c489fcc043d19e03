"""Bands: years find their band, and the figures keep their order."""

import itertools

import pytest

from kiosk.bands import Band, band_of_number, band_of_year, year_numbers


@pytest.mark.parametrize(
    ("year", "band"),
    [
        ("R", Band.KS1),
        ("Reception", Band.KS1),
        ("nursery", Band.KS1),
        ("2", Band.KS1),
        ("Year 3", Band.KS2),
        ("Y6", Band.KS2),
        ("year 07", Band.KS3),
        (" 9 ", Band.KS3),
        ("10", Band.KS4),
        ("Y13", Band.KS4),
    ],
)
def test_a_school_year_finds_its_band(year: str, band: Band) -> None:
    assert band_of_year(year) is band


@pytest.mark.parametrize("year", ["", "14", "0", "Year", "teachers", "5B", "-1"])
def test_a_year_that_no_school_has_is_refused(year: str) -> None:
    with pytest.raises(ValueError, match="no school year"):
        band_of_year(year)


def test_limits_never_get_tighter_for_older_children() -> None:
    limits = [band.limits for band in Band]
    for younger, older in itertools.pairwise(limits):
        assert younger.fk_ceiling < older.fk_ceiling
        assert younger.report_fk_ceiling < older.report_fk_ceiling
        assert younger.longest_sentence < older.longest_sentence
        assert younger.words_per_screen < older.words_per_screen


def test_report_pages_are_easier_than_lessons_of_the_same_band() -> None:
    assert all(band.limits.report_fk_ceiling < band.limits.fk_ceiling for band in Band)


def test_a_class_has_the_years_that_lessons_name() -> None:
    written = ("N", "R", "R/1", "12", "", "Forest school")
    assert [sorted(year_numbers(year)) for year in written] == [[0], [0], [0, 1], [12], [], []]
    assert [band_of_number(year) for year in (0, 2, 3, 10)] == [Band.KS1, Band.KS1, Band.KS2, Band.KS4]
