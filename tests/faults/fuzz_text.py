"""Text and bytes as nobody should send them, from a seeded chance."""

from random import Random
from urllib.parse import quote_plus

FRAGMENTS = (
    "", " ", "\n", "\r\n", "\t", "\x00", "\x01", "\x1b[31m", "\x7f", "\x85", "\ufeff", "\u200b",
    "\u200c\u200d", "\u2028", "\u202e", "\u202a", "\u2066\u2069", "\u061c", "\ufffe", "\uffff",
    "\U0010ffff", "\ue000", "e\u0301\u0301\u0301", "ﷺ", "مرحبا", "你好", "ß", "İ", "ſ", "ﬁ",
    "👩‍👩‍👧‍👦", "🏴\U000e0067\U000e0062\U000e007f", "1", "-1", "٣", "²", "0x1", "1e309", "nan",
    "<script>alert(1)</script>", "</textarea>", "<!--", "]]>", "&amp;", "&#0;", "&", "\"'><",
    "{{7*7}}", "{% raw %}", "${7*7}", "%s%n%(x)s", "%00", "../../etc/passwd", "\\",
    "'; drop table report; --", "data:image/png;base64,", "data:text/html,x", "A" * 200,
    "http://a.example/x?y=z", "HTTPS://a.example", "javascript:alert(1)", "yes", "no", "unsure",
    "true", "null", "bullying", "unhappy words", "nonce", "words words words",
    "=cmd|' /C calc'!A0", "@sum(1)", "[[[[", "]]]]", "a[b][c]",
)  # fmt: skip
RUNS = ("a", "\x00", "\u200b", "\u202e", "[", "(", "'", '"', "<", "&", "\n", "é", "🙂", "\u0301", "=", "%")
NOT_UTF8 = (
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x28\xa1",
    b"\x80",
    b"\xf0\x9f",
    b"\xfe\xfe",
)


def text(chance: Random, longest: int = 200) -> str:
    """Fragments side by side, one letter many times, or letters from anywhere; mostly short."""
    shape = chance.random()
    if shape < 0.6:
        return "".join(chance.choice(FRAGMENTS) for _ in range(chance.randrange(5)))[:longest]
    if shape < 0.75:
        return chance.choice(RUNS) * chance.randrange(longest + 1)
    if shape < 0.9:
        return "".join(chr(_letter(chance)) for _ in range(chance.randrange(min(longest, 40) + 1)))
    return mutated(chance, chance.choice(FRAGMENTS) * 2)[:longest]


def mutated(chance: Random, given: str) -> str:
    """The same with a few places cut, doubled, swapped or replaced."""
    letters = list(given)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(letters) + 1)
        how = chance.randrange(4)
        if how == 0:
            letters[place : place + chance.randrange(4)] = []
        elif how == 1:
            letters[place:place] = letters[place : place + 8]
        elif how == 2:
            letters[place : place + 1] = [chance.choice(FRAGMENTS)]
        else:
            letters[place:place] = [chr(_letter(chance))]
    return "".join(letters)


def raw(chance: Random, given: bytes, changes: int = 3) -> bytes:
    """Bytes with a few of them changed, cut, doubled, or made into something that is not UTF-8."""
    changed = bytearray(given)
    for _ in range(chance.randrange(changes + 1)):
        place = chance.randrange(len(changed) + 1)
        how = chance.randrange(4)
        if how == 0:
            changed[place : place + 1] = bytes([chance.randrange(256)])
        elif how == 1:
            changed[place:place] = chance.choice(NOT_UTF8)
        elif how == 2:
            changed[place : place + chance.randrange(9)] = b""
        else:
            changed[place:place] = changed[place : place + chance.randrange(64)]
    return bytes(changed)


def encoded(chance: Random, pairs: list[tuple[str, str]]) -> bytes:
    """A form as a browser sends it, or with letters left as they are, or with separators of its own."""
    shape = chance.random()
    if shape < 0.6:
        return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()
    if shape < 0.8:
        loose = [(name, value.translate(_MARKS)) for name, value in pairs]
        return "&".join(f"{name}={value}" for name, value in loose).encode()
    between = chance.choice(("&", ";", "&&", "&=&", "\n"))
    joined = between.join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()
    return raw(chance, joined)


def _letter(chance: Random) -> int:
    found = chance.choice((chance.randrange(0x80), chance.randrange(0x3000), chance.randrange(0x110000)))
    return 0xFFFD if 0xD800 <= found < 0xE000 else found  # a surrogate alone is no text: see NOT_UTF8


_MARKS = {ord(mark): f"%{ord(mark):02X}" for mark in "&=%+;"}
