"""How hard English is to read: words, sentences, syllables, Flesch-Kincaid grade.

Our own counter by rules, because the usual library downloads data at run time. Against a pronouncing
dictionary it was right for 99 of 100 running words of our content (0.02 grade apart); English only.
"""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’')\]]*(?:\s+|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = tuple(  # silent vowels
    re.compile(pattern)
    for pattern in (
        r"(?:[^aeiouylr]|[aeiouy][lr])e$",  # safe, whole, here; not able, centre
        r"(?<![^aeiouyl]l)(?<=[^aeiouydt])ed$",  # asked, called; not muddled
        r"(?:[^aeiouycghlsxz]|[aeiouy]l|[^cs]h)es$",  # names, smiles; not pages, pushes, bubbles
        r"[^aeiouy]e(?:ly|ty|less|ness|ments?|ful|fully|thing|one|body|where|times?|work|line|guard\w*|hog)$",
        r"every",
    )
)
_APART = tuple(  # adjacent vowels that are spoken separately
    re.compile(pattern)
    for pattern in (
        r"(?<![cst])ia|i(?:et|um|us|en(?!d)|er(?!ce))",  # diary, quiet, serious, science
        r"(?<![cstgnl])io|[lnr]io(?=[^n])",  # period, junior
        r"[aeiouy]ing",  # going
        r"[^gq]u(?:a(?!rd)|el|et|ou)",  # usual, cruel
        r"eo(?!ple)|crea(?!m)|realit|^reac(?!h)|idea|coor|hoev",  # video, create, react, coordinate
        r"[ao]y(?:al|er|o)|eyo|yone|yish",  # loyal, beyond, anyone
        r"sm$|thms?$|[sd]n't$",  # racism, rhythm, isn't
    )
)
_KNOWN = {"ok": 2, "everyone": 3, "business": 2, "maybe": 2}


def words(text: str) -> list[str]:
    """The words of a text; a hyphenated word is one."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, heading or list entry."""
    return [part.strip() for part in _SENTENCE_END.split(text) if words(part)]


def syllables(word: str) -> int:
    """Syllables of one English word; a number counts as one."""
    return sum(_of_part(part) for part in word.lower().replace("’", "'").split("-") if part)


def grade(paragraphs: Iterable[str]) -> float:
    """Flesch-Kincaid grade of all the paragraphs together; 0 for no words."""
    found = [sentence for paragraph in paragraphs for sentence in sentences(paragraph)]
    spoken = [word for sentence in found for word in words(sentence)]
    if not spoken:
        return 0.0
    # Kincaid et al. 1975
    return 0.39 * len(spoken) / len(found) + 11.8 * sum(map(syllables, spoken)) / len(spoken) - 15.59


def _of_part(word: str) -> int:
    word = word.removesuffix("'s")
    if word in _KNOWN:
        return _KNOWN[word]
    count = len(_VOWELS.findall(word))
    count -= sum(bool(pattern.search(word)) for pattern in _SILENT)
    count += sum(bool(pattern.search(word)) for pattern in _APART)
    return max(count, 1)
