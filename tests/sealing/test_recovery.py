"""The recovery key on three sheets: any two bring it back, one does not, and typing is forgiving (promise S6)."""

from itertools import combinations, permutations

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from kiosk.sealing.boxes import open_sealed, public_of, seal_to
from kiosk.sealing.recovery import PROOF, SharesWrong, clean_sheet, new_recovery, opens_proof, recover_secret

RECOVERY = new_recovery()


def test_three_sheets_of_twenty_words_are_made_and_nothing_of_the_key_is_kept() -> None:
    assert len(RECOVERY.sheets) == len(set(RECOVERY.sheets)) == 3
    assert {len(sheet.split()) for sheet in RECOVERY.sheets} == {20}
    secret = recover_secret(RECOVERY.sheets[:2])
    assert public_of(secret.private_key) == RECOVERY.public_key
    assert secret.verify_key == RECOVERY.verify_key
    for hidden in (secret.secret, secret.private_key, bytes(secret.signing_key)):
        assert hidden not in RECOVERY.public_key + RECOVERY.verify_key + RECOVERY.proof


@pytest.mark.parametrize("pair", list(permutations(range(3), 2)))
def test_any_two_sheets_in_any_order_open_the_proof(pair: tuple[int, int]) -> None:
    private_key = recover_secret([RECOVERY.sheets[place] for place in pair]).private_key
    assert opens_proof(private_key, RECOVERY.proof)
    assert open_sealed(private_key, seal_to(RECOVERY.public_key, b"words")) == b"words"


def test_two_sheets_sign_with_a_key_that_opens_nothing_and_those_of_others_do_not() -> None:
    """Two sheets stand for two readers (promise G3): what they sign is checked with their own key alone."""
    signed = recover_secret(RECOVERY.sheets[1:]).signing_key.sign(b"a list")
    VerifyKey(RECOVERY.verify_key).verify(signed)
    assert RECOVERY.verify_key != RECOVERY.public_key
    with pytest.raises(BadSignatureError):
        VerifyKey(new_recovery().verify_key).verify(signed)


@pytest.mark.parametrize("sheet", RECOVERY.sheets)
def test_one_sheet_opens_nothing_not_even_typed_twice(sheet: str) -> None:
    for sheets in ([sheet], [sheet, sheet], [sheet, ""], []):
        with pytest.raises(SharesWrong):
            recover_secret(sheets)


def test_sheets_of_two_keys_do_not_go_together_and_another_key_opens_no_proof() -> None:
    other = new_recovery()
    for one, two in combinations([RECOVERY.sheets[0], other.sheets[1]], 2):
        with pytest.raises(SharesWrong):
            recover_secret([one, two])
    assert not opens_proof(recover_secret(other.sheets[1:]).private_key, RECOVERY.proof)
    assert not opens_proof(
        recover_secret(RECOVERY.sheets[1:]).private_key, seal_to(RECOVERY.public_key, PROOF + b"!")
    )


@pytest.mark.parametrize(
    "typed",
    [
        str.upper,
        lambda sheet: sheet.replace(" ", "\n"),
        lambda sheet: sheet.replace(" ", ", "),
        lambda sheet: " ".join(word[:4] for word in sheet.split()),
        lambda sheet: "\n".join(f"{number}. {word}" for number, word in enumerate(sheet.split(), 1)),
        lambda sheet: f"\t  {sheet.title()} \r\n",
    ],
    ids=["capitals", "lines", "commas", "four letters", "numbers", "spaces"],
)
def test_sheets_may_be_typed_in_capitals_lines_numbers_or_four_letters_a_word(typed: object) -> None:
    sheets = [typed(sheet) for sheet in RECOVERY.sheets[1:]]  # type: ignore[operator]
    assert opens_proof(recover_secret(sheets).private_key, RECOVERY.proof)
    assert [clean_sheet(sheet) for sheet in sheets] == list(RECOVERY.sheets[1:])


def test_a_word_that_is_on_no_sheet_is_named_so_that_it_can_be_looked_for() -> None:
    words = RECOVERY.sheets[0].split()
    for wrong in ("frog", "zzzz", "ﬁrst", "ab"):
        with pytest.raises(SharesWrong) as refused:
            recover_secret([" ".join([*words[:7], wrong, *words[8:]]), RECOVERY.sheets[1]])
        assert refused.value.word == wrong


def test_a_word_of_the_list_in_the_wrong_place_is_noticed() -> None:
    words = RECOVERY.sheets[0].split()
    swapped = " ".join([*words[:10], words[11], words[10], *words[12:]])
    other = "academic" if words[10] != "academic" else "acid"
    for changed in (swapped, " ".join([*words[:10], other, *words[11:]]), " ".join(words[:-1])):
        if clean_sheet(changed) != RECOVERY.sheets[0]:
            with pytest.raises(SharesWrong):
                recover_secret([changed, RECOVERY.sheets[1]])
