"""Bytes as words that people can say, write down and compare: the word list of the recovery sheets (SLIP-39)."""

import re

from shamir_mnemonic.wordlist import WORDLIST

UNIQUE_LETTERS = 4  # no two words of the list begin with the same four letters
BITS = 10  # 1,024 words
_BY_START = {word[:UNIQUE_LETTERS]: word for word in WORDLIST}


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
