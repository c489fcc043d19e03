"""Whatever stands in a path, a query or a field: no address answers 500 to nobody, pupil, reader or network manager."""

from collections import Counter
from urllib.parse import quote

import pytest
from flask import Flask

from tests.access_world import World
from tests.odd_inputs import EVERY_DATABASE, ODD, addresses, noting

PEOPLE = ("no", "pu", "ds", "ne")
FORM = "application/x-www-form-urlencoded"
ASKS_AGAIN = {
    "unlock-password"
}  # asked wherever staff send a form: with it the page itself would not be reached
LEARNING = 3  # a field may be asked for only where another one was sent


def pairs(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.mark.later
@pytest.mark.timeout(600)
@pytest.mark.parametrize("person", PEOPLE)
def test_no_odd_input_breaks_an_address(world: World, person: str, backend: str) -> None:
    reached: Counter[tuple[str, str]] = Counter()
    broken: list[str] = []
    kinds = ODD if backend == "sqlite" else {name: ODD[name] for name in EVERY_DATABASE}
    for rule in world.app.url_map.iter_rules():
        filled = {name: value for name, value in world.values(rule.rule).items() if name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            asked: set[str] = set()
            browser = world.browser(person)
            for turn, (kind, odd) in enumerate(kinds.items()):
                for address in addresses(rule, filled, odd):
                    for _ in range(LEARNING if turn == 0 else 1):
                        fields = [*sorted(asked - ASKS_AGAIN), "never-asked"]
                        sent = "&".join(f"{quote(name)}={odd}" for name in fields)
                        with noting(asked):
                            if method == "GET":
                                answer = browser.get(f"{address}?{sent}")
                            else:
                                answer = browser.post(f"{address}?odd={odd}", data=sent, content_type=FORM)
                        answer.close()
                        reached[method, rule.rule] += 1
                        if answer.status_code >= 500:
                            broken.append(f"{answer.status_code} {kind} {method} {rule.rule} {fields}")
    assert broken == []
    assert set(reached) == pairs(world.app), "every address was asked"
