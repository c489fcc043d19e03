"""Comparing the stored list with a pin: what an agreement that it was put back does not excuse (promise G3)."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.readers.signed_list.compare import agree_to_put_back, compare
from kiosk.readers.signed_list.pins import ListDiffers, make_pin
from kiosk.report.access.reader_chain import replace_chain
from tests.sealing.list_world import LATER, Chain, change, changed, entry, person, secret

LOOKED = LATER + timedelta(days=5)


def with_new(chain: Chain, name: str) -> Chain:
    """Two founders let somebody in, on a day before the last look."""
    return chain.add(changed(chain.last, change(put={person(name): entry(name, "dsl")}), "ada", "ben"))


def test_a_list_that_is_not_lost_any_more_is_compared_as_if_nobody_had_agreed(
    reports_session: Session, config: Config
) -> None:
    chain = with_new(Chain(), "dora")
    pin, me = make_pin(chain.versions, LOOKED), person("ada")
    replace_chain(reports_session, chain.versions[:1])
    first = tuple(chain.versions[:1])
    assert [
        agree_to_put_back(reports_session, first, pin, uuid.UUID(person(name)), secret(name), LOOKED)
        for name in ("ada", "ben")
    ] == [False, True]
    assert compare(reports_session, config, pin, me, LOOKED).chain == first
    replace_chain(reports_session, with_new(chain, "emil").versions)  # dated before the last look
    with pytest.raises(ListDiffers):
        compare(reports_session, config, pin, me, LOOKED)
