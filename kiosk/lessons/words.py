"""The words of a step as a page shows them, and the one question of a passage."""

import re

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.wording.messages import N_

# What a step is called that has no heading of its own, by its kind.
OWN_HEADINGS = {"recall": N_("Think back"), "reflect": N_("Think about it"), "note": N_("Before you start")}
_FIRST_HEADING = re.compile(r"\s*<h2>(.*?)</h2>\s*", re.DOTALL)
_LINE_END = re.compile(r"<br\s*/?>\n?")
_ENDS = ".!?…؟۔"  # those of the languages that lessons are in
_SENTENCE = re.compile(rf"[^{_ENDS}]*[{_ENDS}]+[”’\"')]*")


def page_words(html: Markup, band: Band) -> tuple[Markup, Markup]:
    """A step's own heading (empty if it has none), and the text below it.

    The heading becomes the page's heading; for the youngest every line is a separate line.
    """
    words = str(html)  # a Markup would escape what is inserted between its lines
    match = _FIRST_HEADING.match(words)
    heading, words = (match[1], words[match.end() :]) if match else ("", words)
    if band is Band.KS1:
        words = _LINE_END.sub("</p>\n<p>", words)
    return Markup(heading), Markup(words)  # nosec B704 - parts of HTML that is safe already


def first_question(html: Markup) -> str:
    """The first sentence of a passage that asks something, with what leads to it; empty where none does."""
    text = " ".join(html.striptags().split())
    found = next((one for one in _SENTENCE.finditer(text) if "?" in one[0] or "؟" in one[0]), None)
    return text[: found.end()].strip() if found else ""
