"""Rules for the report pages and translations: keys, honest words, reading level (promises A16, L2, L17)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kiosk.bands import Band
from kiosk.content.language import direction
from kiosk.content.source import Source
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage
from kiosk.linter.reading import check_grade, check_sentences
from kiosk.report.form.wording import VALUE
from kiosk.wording.facts import Facts

_SIDES = {"ur": re.compile(r"(?<!\w)(?:دائیں|بائیں)(?!\w)")}
_FILLED = re.compile(r"\{[^{}]*\}")  # a fact or a number has words of its own in each language
SAME_LETTERS = 12  # shorter lines may be the same, such as "OK" or "{n} / {total}"
_EVERY_BAND = {
    "page": "title leave help_now back next listen send send_now sending start carry_on change step look skip not_sure",
    "intro": "title who who_body name name_body trouble trouble_body limit network kept promise",
    "danger": "title yes no unsure note",
    "stop": "title body police police_body childline childline_body next_look night",
    "help": "pick say say_tell say_safe phone phone_body",
    "concern": "title bullying site stranger images adult friend other unsure nothing",
    "check": "title danger concern",
    "nobody": "intro title sent",
    "thanks": "title cant_wait closed done nothing",
    "error": "summary concern save save_title save_often origin again upload blob long address "
    "nothing_typed nothing_danger",
    "idle": "title body stay clear",
}
_KS1 = {
    "feeling": "title sad scared cross muddled ok unsure",
    "helper": "title teacher school home box",
    "card": "title body adult_title adult_body private_body private_school private_home",
}
_FROM_KS2 = {
    "intro": "dsl_one dsl_many coordinator_one coordinator_many who_before who_after adult adult_body",
    "role": "dsl coordinator principal chair",
    "danger": "closed",
    "concern": "me goes",
    "follow": "bullying.title bullying.repeat bullying.threat bullying.hate bullying.sexual "
    "site.title site.school-device stranger.title stranger.asked-meet stranger.asked-pictures "
    "stranger.asked-money stranger.asked-secret images.title images.no-clothes images.threat images.note "
    "images.remove friend.title friend.safe friend.hurt me.title me.safe me.hurt me.note account unsure",
    "address": "title hint",
    "about": "title me friend someone unsaid",
    "again": "title yes no unsure",
    "head": "title title_plain yes yes_line unsure unsure_line no no_line",
    "exclude": "title hint now",
    "words": "title hint only count",
    "name": "title hint",
    "reply": "title hint yes no",
    "nobody": "ticked body",
    "unheard": "body",
    "check": "reads follow address head about again words name exclude",
    "thanks": "next step1 step2 step3 got passed mailed night_title night "
    "way_title way_body way_show way_hide way_close way_gone way_none",
}
_FROM_KS3 = {
    "help": "text",
    "concern": "scam",
    "follow": "scam.title scam.money scam.account",
    "when": "title today week before unsure",
    "where": "title game chat social school elsewhere unsure",
    "check": "when where",
}
_KS4 = {"wish": "title talk stop advice know unsure", "check": "wish"}
_CHOOSER = {
    "chooser": "title ks1 ks2 ks3 ks4 languages danger",
    "clock": "today tomorrow monday tuesday wednesday thursday friday saturday sunday date soon",
}

_REPLIES = {
    "page": "title leave help_now listen skip look",
    "entry": "title hint pictures done names names_hint look again six wait broken",
    "answer": "title none read looking closed wrote hidden lost forget gone try_again tell_more done help",
    "error": "origin",
}

# The values that a page inserts, and the lines in which each may be used.
VALUES = {
    "word",
    "number",
    "readers",
    "adult",
    "head",
    "heads",
    "when",
    "limit",
    "n",
    "total",
    "school",
    "time",
    "date",
}
# What we cannot promise, in every language of the report pages (promises A16, KC3).
PROMISES = {
    "en": r"anonym\w*|confidential\w*|secret\w*|(?:nobody|no one) (?:can|will|could) (?:ever )?(?:find out|know)|"
    r"we promise|100 ?%",
    "ur": r"گمنام\w*|بے نام|خفیہ|صیغۂ? ?راز|رازدار\w*|راز|وعدہ",
    "pl": r"anonimow\w*|poufn\w*|tajemnic\w*|sekret\w*|nikt się nie dowie|obiecuj\w*",
}
# In these lines the word is something that a stranger asked for, or that we say we cannot keep.
_MAY_NAME_SECRETS = {"follow.stranger.asked-secret", "intro.limit"}


def check_translation(passages: Iterable[Passage], english: Mapping[str, str]) -> Iterator[Finding]:
    """Compare each line of a translation with the English of its key."""
    for passage in passages:
        original = english.get(passage.key, "")
        if len(_FILLED.sub("", original)) >= SAME_LETTERS and passage.text.strip() == original.strip():
            yield warning(passage.path, passage.line, "L17", f'"{passage.key}" is still English')
        sides = _SIDES.get(passage.lang)
        if direction(passage.lang) == "rtl" and sides and (match := sides.search(passage.text)):
            yield warning(passage.path, passage.line, "L17", f'"{match[0]}": the page is mirrored')


def needed_keys(name: str) -> set[str]:
    """Every key of a band's wording, of the chooser's or of the replies'; KeyError for another name."""
    groups = {
        "ks1": (_EVERY_BAND, _KS1),
        "ks2": (_EVERY_BAND, _FROM_KS2),
        "ks3": (_EVERY_BAND, _FROM_KS2, _FROM_KS3),
        "ks4": (_EVERY_BAND, _FROM_KS2, _FROM_KS3, _KS4),
        "chooser": (_CHOOSER,),
        "replies": (_REPLIES,),
    }[name]
    return {f"{part}.{key}" for group in groups for part, keys in group.items() for key in keys.split()}


def optional_key(key: str, needed: set[str]) -> bool:
    """Whether a further key is a hint beneath a question that is asked."""
    return key.endswith(".hint") and key.removesuffix(".hint") + ".title" in needed


def report_bands() -> list[str]:
    """Names of all wording files that a school needs in English."""
    return [*Band, "chooser", "replies"]


def check_report(source: Source, passages: Sequence[Passage], facts: Facts) -> Iterator[Finding]:
    """Every finding about one wording file, apart from problems that stop it from being read."""
    passages = list(passages)
    if not passages:
        return
    lang, name = passages[0].lang, source.path.name.partition(".")[0]
    yield from _promises(passages, lang)
    for passage in passages:
        for value in VALUE.findall(passage.text):
            if value not in VALUES:
                yield error(source.path, passage.line, "L17", f'no page fills "{{{value}}}"')
    if lang != "en":
        return
    yield from _keys(source, name, {passage.key for passage in passages})
    band = Band(name) if name in list(Band) else Band.KS2
    yield from check_sentences(passages, band.limits.longest_sentence, facts)
    yield from check_grade(source.path, passages, band.limits.report_fk_ceiling, None, facts)


def _promises(passages: Sequence[Passage], lang: str) -> Iterator[Finding]:
    if lang not in PROMISES:
        message = (
            f'no list of words that promise too much in "{lang}" yet: write one in kiosk/linter/report.py'
        )
        yield error(passages[0].path, 1, "A16", message)
        return
    pattern = re.compile(rf"(?<!\w)(?:{PROMISES[lang]})(?!\w)", re.IGNORECASE)
    for passage in passages:
        if passage.key in _MAY_NAME_SECRETS:
            continue
        for match in pattern.finditer(passage.text):
            yield error(passage.path, passage.line, "A16", f'"{match[0]}" promises what nobody can keep')


def _keys(source: Source, name: str, keys: set[str]) -> Iterator[Finding]:
    needed = needed_keys(name)
    for key in sorted(needed - keys):
        yield error(source.path, source.line("text"), "L1", f'"{key}" is missing')
    for key in sorted(keys - needed):
        if not optional_key(key, needed):
            yield error(source.path, source.line("text", key), "L1", f'no page shows "{key}"')
