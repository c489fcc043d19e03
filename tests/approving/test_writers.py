"""Who wrote or translated something approves nothing of it, however its head names them."""

import pytest

from kiosk.approving.items import TRANSLATION, Item

HEADS = {
    "written_by: Zofia Nowak, nowak@hollybank.example": {"zofia nowak", "nowak@hollybank.example"},
    "translator: Zofia Nowak": {"zofia nowak"},
    'translator: "Zofia Nowak <Nowak@hollybank.example>"': {"zofia nowak", "nowak@hollybank.example"},
    'written_by: "A Begum"\ntranslator: "Zofia Nowak"': {"a begum", "zofia nowak"},
    'written_by: ""\ntranslator: ""': set(),
    "title: Nobody is named": set(),
}


@pytest.mark.parametrize("head", HEADS)
def test_the_head_says_who_may_not_approve(head: str) -> None:
    item = Item(TRANSLATION, "code-parents.pl", "pl", {"code.pl.yml": head.encode()})

    assert set(item.written_by) == HEADS[head]
