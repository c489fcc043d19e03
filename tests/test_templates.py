"""Every template can be read, and every word of the school app in it can be translated."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from jinja2 import Environment, nodes
from jinja2.ext import i18n

from kiosk.report.app import TEMPLATES_DIR

NAMES = sorted(path.relative_to(TEMPLATES_DIR).as_posix() for path in TEMPLATES_DIR.rglob("*.html"))
# The report zone's words are content; macros take every word from the page that calls them, and so does the
# skeleton, which both apps share; the demo and the authors' preview are no pages of the product; and a broken server
# speaks on its own.
WITHOUT_GETTEXT = (
    "report/",
    "parts/",
    "demo/",
    "authoring/",
    "base.html",
    "errors/broken.html",
    "errors/no_school.html",
    "families/broken.html",
)
GETTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
SPOKEN_ATTRIBUTES = frozenset({"alt", "title", "aria-label", "aria-description", "placeholder", "content"})
LETTERS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^[A-Z][a-z]+(['\u2019 ,.?:]|$)|[A-Za-z]{2,} [A-Za-z]{2,}")
ATTRIBUTES = re.compile(r"([ \w-]+=\"[^\"]*\"[ x_9]*)+")  # a macro may give attributes instead of words
CLASSES = re.compile(r"[a-z]+(--|__)")
A_CODE = re.compile(r"[A-Z]+ \d\d")  # what is on the board is the same in every language
AS_TYPED = frozenset({"pre", "code", "samp"})
SLOT = "x_9"  # stands where an expression puts something in: a tag, a class or a word
FOR_MACHINES = re.compile(r"width=|^\{|^noindex|^\d+;url=")  # <meta content>


class Words(HTMLParser):
    """Collects what a person would read in a template's own text, but for what says that it is English on purpose."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.english = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read out."""
        if ("lang", "en") in attrs or tag in AS_TYPED:
            self.english = tag
        for name, value in attrs:
            spoken = name in SPOKEN_ATTRIBUTES and value and not FOR_MACHINES.search(value)
            if spoken and LETTERS.search(value or "") and not A_CODE.fullmatch(value or ""):
                self.found.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        """The English ends."""
        if tag == self.english:
            self.english = ""

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        no_words = ATTRIBUTES.fullmatch(data.strip()) or A_CODE.fullmatch(data.strip())
        if LETTERS.search(data) and not self.english and not no_words:
            self.found.append(" ".join(data.split()))


def pieces(node: nodes.Node) -> Iterator[str]:
    """A template's own text in order, with a slot for each expression."""
    if isinstance(node, nodes.Output):
        for one in node.nodes:
            yield one.data if isinstance(one, nodes.TemplateData) else SLOT
        return
    if isinstance(node, nodes.Block) and (node.name.endswith("_class") or node.name in {"band", "root"}):
        return  # goes into an attribute of the skeleton
    for child in node.iter_child_nodes():
        if not isinstance(child, nodes.Expr):
            yield from pieces(child)


def sentences(node: nodes.Node) -> Iterator[str]:
    """String constants that read like words for people and are not handed to gettext."""
    called = node.node.name if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) else ""
    if called in GETTEXT:
        return
    noted = called in {"draft_note", "look_note", "two"} and isinstance(node, nodes.Call)
    if noted and getattr(node.args[0], "args", [None])[0] == node.args[1]:  # type: ignore[attr-defined]
        return  # the English stands beside its translation until somebody has checked that
    said = node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else ""
    if SENTENCE.search(said) and not CLASSES.search(said):
        yield said
    for child in node.iter_child_nodes():
        yield from sentences(child)


def unmarked(source: str) -> list[str]:
    """Everything in a template that a translator would never see."""
    tree = Environment(extensions=[i18n], autoescape=True, trim_blocks=True, lstrip_blocks=True).parse(source)
    words = Words()
    words.feed("".join(pieces(tree)))
    words.close()
    return words.found + list(sentences(tree))


@pytest.mark.database("sqlite")
def test_every_template_can_be_read_and_so_can_everything_it_uses(app: Flask) -> None:
    for name in NAMES:
        app.jinja_env.get_template(name)
        source = (TEMPLATES_DIR / name).read_text(encoding="utf-8")
        tree = app.jinja_env.parse(source, name)
        for used in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            wanted: nodes.Expr = used.template  # type: ignore[attr-defined]
            if isinstance(wanted, nodes.Const):
                assert wanted.value in NAMES
            else:  # one file a kind of question, one a step of the report: their folder is part of the name
                start = next(wanted.find_all(nodes.Const)).value
                assert [one for one in NAMES if one.startswith(start)], f"{name}: nothing begins with {start}"


def test_every_word_of_the_school_app_can_be_translated() -> None:
    translated = [name for name in NAMES if not name.startswith(WITHOUT_GETTEXT)]
    found = {name: unmarked((TEMPLATES_DIR / name).read_text(encoding="utf-8")) for name in translated}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ _('Hello') }} and {{ _('good bye') }}</p>", [f"{SLOT} and {SLOT}"]),
        ("<p lang='en'>Lexend</p><p>Lexend</p>", ["Lexend"]),
        ("{{ draft_note(_('Look out.'), 'Another sentence.') }}", ["Another sentence."]),
        ("<img src='{{ a }}' alt='A fox'>", ["alt=A fox"]),
        ("{{ button('Go on') }}", ["Go on"]),
        ("{{ button('Next') }}", ["Next"]),
        ("{% if a %}<b>Yes</b>{% endif %}", ["Yes"]),
        ("{% set said = 'Not yet' %}", ["Not yet"]),
    ],
)
def test_a_word_that_was_forgotten_is_found(source: str, found: list[str]) -> None:
    assert unmarked(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ _('Hello') }}</p>",
        "{% trans name=a %}Hello {{ name }}{% endtrans %}",
        "{% trans n=a|length %}{{ n }} class{% pluralize %}{{ n }} classes{% endtrans %}",
        "<p class='{% if a %}big{% else %}small{% endif %}' id='one'>{{ a }}, {{ b }} \u2192 3</p>",
        "{# A comment in words. #}<b>{{ button(_('Go on'), icon_end='next') }}</b>",
        "{{ draft_note(_('Look out.'), 'Look out.') }}",
        "{{ two(_('Look out.'), 'Look out.') }}",
        '{% block main_class %}main--top{% endblock %}{% macro tongue() %} lang="{{ a }}" dir="ltr"{% endmacro %}',
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
    ],
)
def test_what_is_marked_or_is_no_word_is_let_pass(source: str) -> None:
    assert unmarked(source) == []


def test_no_template_switches_escaping_off() -> None:
    for name in set(NAMES) - {"parts/icon.html"}:  # its strokes stand in the same file
        source = (TEMPLATES_DIR / name).read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", source), name


def test_every_template_is_looked_at() -> None:
    assert len(NAMES) > 100
    assert {name.split("/")[0] for name in NAMES} > {
        "accounts",
        "conduct",
        "incidents",
        "report",
        "base.html",
    }
