"""Every id of a lesson's map exists: each family of ids ends at its last number (promise L15)."""

import pytest

from kiosk.bands import Band
from kiosk.lessons.head import Maps
from kiosk.linter.maps import CURRICULUM, POLICY, RISKS, RSHE, efacw_ids, unknown_ids


@pytest.mark.parametrize(
    ("framework", "known", "invented"),
    [
        ("rshe", "P-OSA-6", "P-OSA-7"),
        ("rshe", "P-RKR-9", "P-RKR-99"),
        ("rshe", "S-RR-11", "S-RR-21"),
        ("rshe", "P-BS-2", "P-BS-0"),
        ("nc", "KS2-7", "KS2-8"),
        ("policy", "CYB-6", "CYB-9"),
        ("policy", "AUTH-6", "AUTH-8"),
        ("policy", "BEN-16", "BEN-17"),
        ("policy", "DATA", "DATA-2"),
        ("policy", "EVAL", "EVAL-04"),
        ("efacw", "online-bullying/7-11", "online-bullying/4-7"),
        ("efacw", "privacy-security/7-11", "privacy/7-11"),
    ],
)
def test_the_last_id_of_a_family_is_known_and_the_next_is_not(
    framework: str, known: str, invented: str
) -> None:
    maps = Maps.model_validate({framework: (known, invented)})
    assert list(unknown_ids(maps, Band.KS2)) == [(framework, invented)]


def test_a_curriculum_id_is_of_the_lessons_own_key_stage() -> None:
    assert list(unknown_ids(Maps(nc=("KS1-6", "KS3-9")), Band.KS3)) == [("nc", "KS1-6")]


def test_families_are_counted_where_they_can_be() -> None:
    assert len([id for family in RSHE if family.counted for id in family.ids]) == 39
    assert {family.prefix: family.last for family in CURRICULUM} == {"KS1": 6, "KS2": 7, "KS3": 9, "KS4": 3}
    assert sum(family.last for family in POLICY) == 85
    assert len([family for family in RSHE if not family.counted]) == 26
    assert len(efacw_ids(Band.KS1)) == 8
    assert RISKS == ("content", "contact", "conduct", "commerce")
