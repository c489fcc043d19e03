"""The names on the page before sending are those of whoever could read what would be sent now."""

from random import Random
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.sealing.site_key import SiteKey
from kiosk.web.templating import BUILT_DIR
from tests.report.reading_cases import random_answers, random_ring, sealed, wrapped_and_there
from tests.report.sealed import MONDAY_TEN
from tests.sets import repeats

CASES = repeats(40, 500)
# Chooses as in a report of Python's, and says whom the page would show.
SHOWN = """(chosen) => {
  const form = document.getElementById("tell");
  for (const [name, values] of Object.entries(chosen)) {
    for (const box of form.querySelectorAll(`[name="${name}"]`)) box.checked = values.includes(box.value);
  }
  const named = {};
  for (const one of form.querySelectorAll("li[data-place]")) {
    named[one.dataset.place] = one.querySelector("b").textContent;
  }
  return window.kioskWhoReads(form).map((place) => named[place] ?? `place ${place}`);
}"""


@pytest.mark.again
def test_in_random_schools_the_check_page_names_exactly_who_could_read_it(
    chromium: Browser, early_tablet: Client, config: Config, key: SiteKey
) -> None:
    """Schools and answers by lot: roles, deputies, absences, ticks, the head; beside the wraps of the same report."""
    calendar = SchoolCalendar(config.zone)
    chance, named = Random(12), 0
    page = chromium.new_page(java_script_enabled=True)
    script = (BUILT_DIR / "who-reads.js").read_text(encoding="utf-8")
    for _ in range(CASES):
        ring = random_ring(chance)
        band = chance.choice((Band.KS2, Band.KS3, Band.KS4))
        answers = random_answers(chance, ring, band)
        with (
            patch("kiosk.report.form.views.current_keyring", return_value=ring),
            patch("kiosk.report.form.views.now_utc", return_value=MONDAY_TEN),
        ):
            form = early_tablet.get(f"/report/{band.value}/en")
        if form.status_code == 503:
            continue
        page.set_content(form.text.replace("<script", "<template").replace("</script>", "</template>"))
        page.evaluate(script)
        chosen = {
            "concern": [answers.concern],
            "danger": [answers.danger],
            "follow": list(answers.follow),
            "head": [answers.head],
            "exclude": list(answers.exclude),
        }
        shown = page.evaluate(SHOWN, chosen)
        report = sealed(ring, key, calendar, answers, MONDAY_TEN)
        assert len(shown) == len(set(shown))
        assert set(shown) == wrapped_and_there(ring, report), answers
        named += bool(shown)
    page.close()
    assert named > CASES / 2, "the control: most of them named somebody"
