"""The recovery key: made once, split on three sheets of paper, any two of which bring it back (promise S6)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import shamir_mnemonic
from nacl.signing import SigningKey
from shamir_mnemonic.utils import MnemonicError
from shamir_mnemonic.wordlist import WORDLIST

from kiosk.sealing.boxes import BoxBroken, open_sealed, public_of, random_bytes, seal_to

SHARES = 3
NEEDED = 2
SECRET_BYTES = 16  # 128 bits: twenty words a sheet, which people can still type
PROOF = b"two sheets have opened the recovery key"
UNIQUE_LETTERS = 4  # no two words of the list begin with the same four letters
BITS = 10  # 1,024 words
_BY_START = {word[:UNIQUE_LETTERS]: word for word in WORDLIST}


class SharesWrong(Exception):
    """These sheets do not give the key; `word` is a word that no sheet uses, if that is the reason."""

    def __init__(self, word: str = "") -> None:
        self.word = word
        super().__init__(word)


@dataclass(frozen=True)
class RecoverySecret:
    """What two sheets give: a key that opens every report, and one that signs the readers' list for two readers."""

    secret: bytes

    @property
    def private_key(self) -> bytes:
        """Opens what was sealed for recovery."""
        return blake2b(key=self.secret, digest_size=32, person=b"kiosk-recovery").digest()

    @property
    def public_key(self) -> bytes:
        """Reports are sealed to it."""
        return public_of(self.private_key)

    @property
    def signing_key(self) -> SigningKey:
        """Signs a version of the readers' list (Ed25519)."""
        return SigningKey(blake2b(key=self.secret, digest_size=32, person=b"kiosk-rec-sign").digest())

    @property
    def verify_key(self) -> bytes:
        """Checks what two sheets sign."""
        return bytes(self.signing_key.verify_key)


@dataclass(frozen=True)
class Recovery:
    """A new recovery key: its public key, the words of its sheets, and a sealed sentence that proves they work."""

    secret: RecoverySecret
    proof: bytes
    sheets: tuple[str, ...]

    @property
    def public_key(self) -> bytes:
        """Reports are sealed to it."""
        return self.secret.public_key

    @property
    def verify_key(self) -> bytes:
        """Checks what two sheets sign."""
        return self.secret.verify_key


def new_recovery() -> Recovery:
    """A new key on three sheets; its secret is not stored."""
    secret = RecoverySecret(random_bytes(SECRET_BYTES))
    ((*sheets,),) = shamir_mnemonic.generate_mnemonics(
        1, [(NEEDED, SHARES)], secret.secret, iteration_exponent=0
    )
    return Recovery(secret, seal_to(secret.public_key, PROOF), tuple(sheets))


def recover_secret(sheets: Sequence[str]) -> RecoverySecret:
    """The secret from two sheets as people type them; raises SharesWrong."""
    try:
        return RecoverySecret(shamir_mnemonic.combine_mnemonics([clean_sheet(sheet) for sheet in sheets]))
    except (MnemonicError, ValueError):
        raise SharesWrong from None


def clean_sheet(sheet: str) -> str:
    """The words of a sheet, typed in any case and spacing; the first four letters of each are enough."""
    try:
        return " ".join(typed_words(sheet))
    except UnknownWord as unknown:
        raise SharesWrong(unknown.word) from None


def opens_proof(private_key: bytes, proof: bytes) -> bool:
    """Whether a recovered key is the one that the proof was sealed to."""
    try:
        return open_sealed(private_key, proof) == PROOF
    except BoxBroken:
        return False


class UnknownWord(Exception):
    """A word that is not on the list."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


def words_of(digest: bytes, count: int) -> tuple[str, ...]:
    """The first `count` words of a digest, ten bits each."""
    number = int.from_bytes(digest) >> (len(digest) * 8 - count * BITS)
    places = range((count - 1) * BITS, -1, -BITS)
    return tuple(WORDLIST[number >> place & (1 << BITS) - 1] for place in places)


def typed_words(typed: str) -> list[str]:
    """Words as people type them, in any case and spacing; four letters of each are enough. Raises UnknownWord."""
    words = re.findall(r"[^\W\d_]+", typed.lower())
    for word in words:
        if word[:UNIQUE_LETTERS] not in _BY_START:
            raise UnknownWord(word)
    return [_BY_START[word[:UNIQUE_LETTERS]] for word in words]
