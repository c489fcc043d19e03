"""How pages grow with a school is printed for schools of each size, side by side; how fast is no matter here."""

import pytest

from tools.bench.growth import OF_LEAD, OF_PRINCIPAL, SchoolSize, lines

pytestmark = pytest.mark.timeout(600)  # two schools are filled
SIZES = (SchoolSize(200), SchoolSize(260, years=2, closed=5))


def test_every_page_and_the_workers_minute_have_a_figure_for_each_size_of_school() -> None:
    head, *found = lines(SIZES, rounds=1)
    assert head == "In bare pages, in schools of 200 pupils | 260 pupils, 2 years, 5 closed cases"
    names = [line[2:32].strip() for line in found]
    assert {*OF_PRINCIPAL, *OF_LEAD, "class grid", "answer", "queue", "worker's minute"} <= {*names}
    for line in found:
        figures = [float(one) for one in line[32:].split("|")]
        assert len(figures) == len(SIZES) and min(figures) > 0, line
