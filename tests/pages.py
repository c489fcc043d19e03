"""Pages read by meaning: a heading, a button by its word, a field by its label."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"img", "input", "meta", "link", "br", "hr", "path", "circle", "rect", "ellipse", "wbr"})


@dataclass
class Element:
    """One element with its attributes, text and children."""

    tag: str
    attrs: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words inside, with single spaces."""
        return " ".join("".join(self.pieces).split())

    def find_all(self, *tags: str) -> list["Element"]:
        """Every element below with one of these tags, in order."""
        found = []
        for child in self.children:
            if child.tag in tags:
                found.append(child)
            found += child.find_all(*tags)
        return found


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of that tag."""
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Words belong to every open element."""
        for element in self._open:
            element.pieces.append(data)

    def all(self, *tags: str) -> list[Element]:
        """Every element with one of these tags."""
        return self.root.find_all(*tags)

    @property
    def text(self) -> str:
        """All words of the page."""
        return self.root.text

    @property
    def heading(self) -> str:
        """The words of the one h1; AssertionError if there is not exactly one."""
        (heading,) = self.all("h1")
        return heading.text

    def button(self, words: str) -> Element:
        """The button or button-like link that says `words`; AssertionError if it is missing."""
        for element in self.all("button", "a"):
            if words in element.text:
                return element
        raise AssertionError(f"no button says {words!r}")

    def link(self, words: str) -> str:
        """Where the link that says `words` goes."""
        for element in self.all("a"):
            if words in element.text:
                return element.attrs["href"]
        raise AssertionError(f"no link says {words!r}")

    def link_text(self, href: str) -> str:
        """The words of the first link that goes there."""
        return next(element.text for element in self.all("a") if element.attrs.get("href") == href)

    def inputs(self, name: str) -> list[Element]:
        """Every control of that name."""
        return [
            element
            for element in self.all("input", "textarea", "select", "button")
            if element.attrs.get("name") == name
        ]

    def value(self, name: str) -> str:
        """What the first control of that name holds."""
        element = self.inputs(name)[0]
        return element.text if element.tag == "textarea" else element.attrs.get("value", "")
