"""Whatever stands in an address or a field of the report zone: the answer is a page that helps, never an error."""

import pytest
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.storage.db import Databases
from tests.odd_inputs import ODD, addresses, noting
from tests.report.telling import FORM
from tests.sites import make_report_app

FILLED = {"band": "ks2", "lang": "en", "tablet": "ks1"}
ENDS_THE_LOOK = {"again"}  # "start again": with it no other field is looked at
LEARNING = 3  # a field may be asked for only where another one was sent


@pytest.mark.main(1)
@pytest.mark.database("sqlite")  # nothing that is typed here stands in a column as it was typed
@pytest.mark.parametrize("kind", list(ODD))
def test_no_odd_input_breaks_the_report_zone(
    kind: str, tablet: Client, config: Config, databases: Databases, readers: dict[str, str]
) -> None:
    odd, asked, reached, broken = ODD[kind], set[str](), set[str](), list[str]()
    rules = list(make_report_app(config, databases).url_map.iter_rules())
    for rule in rules:
        for address in (f"/report{one}" for one in addresses(rule, FILLED, odd)):
            for _ in range(LEARNING):
                with noting(asked):
                    odd_fields = "&".join(f"{name}={odd}" for name in sorted(asked - ENDS_THE_LOOK))
                    answers = [
                        tablet.get(address),
                        tablet.get(f"{address}?odd={odd}"),  # redirected to the address without it
                        tablet.post(address, data=f"again={odd}&{odd_fields}", content_type=FORM),
                        tablet.post(address, data=odd_fields, content_type=FORM),
                        # With a concern of ours the rest of the form is looked at too, and kept.
                        tablet.post(address, data=f"concern=bullying&{odd_fields}", content_type=FORM),
                    ]
                reached.add(rule.rule)
                broken += [
                    f"{answer.status_code} {rule.rule}" for answer in answers if answer.status_code >= 500
                ]
    assert broken == []
    assert reached == {rule.rule for rule in rules}, "every address was asked"
    assert {"concern", "words", "picture", "names"} <= asked, "the walk found the fields"
