"""Rules of a page's markup: each says every fault that it finds, so that a test can plant one and see it found."""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from babel import Locale

from kiosk.bands import Band
from tests.pages import Element, Page

CONTROLS = ("input", "textarea", "select")
NEVER_IN_A_PAGE = frozenset({"style", "base", "iframe", "object", "embed"})
NEED_NO_LABEL = frozenset({"hidden", "submit", "button"})
SKINS = frozenset({*Band, "home", "staff"})
NAMING = ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls", "list")
ASKING = ("href", "src", "action", "srcset", "poster", "data", "formaction", "hx-get", "hx-post")
COMPETING = re.compile(r"(?i)\b(rank(ed|ing|s)?|streaks?|leader-?boards?|scores?|high-?score|badges?)\b")
SHAMING = re.compile(r"(?i)\b(wrong|fail(ed|s|ure)?|incorrect)\b")
BLAMES_NOBODY = "You did nothing wrong"  # what an error page says
SHOUTING = re.compile("[!\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]")


def everything(element: Element) -> Iterator[Element]:
    """Every element below one, in order."""
    for child in element.children:
        yield child
        yield from everything(child)


def unsaid(page: Page) -> Iterator[str]:
    """A page says its language, the direction of that, and whose skin it wears."""
    (root,) = page.all("html")
    if root.attrs.get("dir") != Locale.parse(root.attrs.get("lang", ""), sep="-").text_direction:
        yield f"lang={root.attrs.get('lang')} dir={root.attrs.get('dir')}"
    if root.attrs.get("data-band") not in SKINS:
        yield f"band={root.attrs.get('data-band')}"


def badly_headed(page: Page) -> Iterator[str]:
    """A page has one title, one h1, and no heading that leaves out a rank."""
    titles = [one.text for head in page.all("head") for one in head.find_all("title")]
    if len(titles) != 1 or not titles[0]:
        yield f"titles: {titles}"
    mains = [one.text for one in page.all("h1")]
    if len(mains) != 1 or not mains[0]:
        yield f"h1: {mains}"
    inside = [
        one for main in page.all("main") for one in main.find_all(*(f"h{rank}" for rank in range(1, 7)))
    ]
    for earlier, later in pairwise(inside):
        if int(later.tag[1]) - int(earlier.tag[1]) > 1:
            yield f"after {earlier.tag} comes {later.tag} {later.text}"


def for_machines(control: Element) -> bool:
    """Whether a control is there for password managers alone: nobody sees it, hears it or comes to it."""
    return control.attrs.get("aria-hidden") == "true" and control.attrs.get("tabindex") == "-1"


def unlabelled(page: Page) -> Iterator[str]:
    """Whoever cannot see a form knows what each control is for."""
    labels = [label for label in page.all("label") if label.text]
    named = {label.attrs["for"] for label in labels if "for" in label.attrs}
    inside = {id(one) for label in labels for one in label.find_all(*CONTROLS)}
    for control in page.all(*CONTROLS):
        told = control.attrs.get("aria-label") or control.attrs.get("aria-labelledby")
        known = told or control.attrs.get("id") in named or id(control) in inside or for_machines(control)
        if not known and control.attrs.get("type") not in NEED_NO_LABEL:
            yield f"{control.tag} {control.attrs}"
    for button in page.all("button"):
        unseen = "hidden" in button.attrs  # what Enter presses, where several buttons are in one form
        if not (button.text or button.attrs.get("aria-label") or unseen):
            yield f"button {button.attrs}"


def misnamed(page: Page) -> Iterator[str]:
    """An id stands once, and whatever names one finds it."""
    elements = list(everything(page.root))
    ids = [one.attrs["id"] for one in elements if one.attrs.get("id")]
    yield from (f"id={one} is used twice" for one in sorted(set(ids)) if ids.count(one) > 1)
    for one in elements:
        wanted = [word for name in NAMING for word in one.attrs.get(name, "").split()]
        if one.tag == "a" and one.attrs.get("href", "").startswith("#"):
            wanted.append(one.attrs["href"][1:])
        yield from (f"{one.tag} names {word}" for word in wanted if word not in ids)


def inline(page: Page) -> Iterator[str]:
    """Nothing stands in a page that our content policy would stop."""
    for one in everything(page.root):
        if one.tag in NEVER_IN_A_PAGE or (one.tag == "script" and "src" not in one.attrs):
            yield f"<{one.tag}>"
        for name, value in one.attrs.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{one.tag} {name}="
            if name in ASKING and value.strip().lower().startswith(("javascript:", "data:")):
                yield f"{one.tag} {name}={value[:40]}"


def foreign(page: Page, origin: str, allowed: Collection[str] = ()) -> Iterator[str]:
    """No page asks another host for anything, or links to one, but for `allowed` links that do not say where from."""
    for one in everything(page.root):
        for name in ASKING:
            address = one.attrs.get(name, "")
            if urlsplit(address).netloc and not f"{address}/".startswith(f"{origin}/"):
                fine = one.tag == "a" and address in allowed and "noreferrer" in one.attrs.get("rel", "")
                if not fine:
                    yield f"{one.tag} {name}={address}"


def wordless(page: Page) -> Iterator[str]:
    """A picture has words or says that it needs none."""
    named = [one for one in everything(page.root) if one.attrs.get("role") == "img"]
    pictured = {id(one) for element in named for one in everything(element)}
    for one in page.all("img"):
        if "alt" not in one.attrs:
            yield f"img {one.attrs}"
    for one in page.all("svg"):
        hidden = one.attrs.get("aria-hidden") == "true" or id(one) in pictured
        told = one.attrs.get("role") == "img" and (one.attrs.get("aria-label") or one.find_all("title"))
        if not hidden and not told:
            yield f"svg {one.attrs}"


def words(page: Page) -> str:
    """All words of a page, with a space wherever an element begins or ends."""
    return " ".join(" ".join(page.root.pieces).split())


def around(text: str, found: re.Pattern[str]) -> list[str]:
    """Where a text has what it should not have, with what stands beside it."""
    return [text[max(one.start() - 30, 0) : one.end() + 30] for one in found.finditer(text)]


def racing(page: Page) -> Iterator[str]:
    """No part of a page is named after a race."""
    for one in everything(page.root):
        names = f"{one.attrs.get('class', '')} {one.attrs.get('id', '')}"
        if COMPETING.search(names):
            yield names


def shaming(page: Page) -> list[str]:
    """Words that the youngest are not told."""
    return around(words(page).replace(BLAMES_NOBODY, ""), SHAMING)


# A rule, and a page that breaks it.
PLANTED = (
    (unsaid, '<html lang="ur" dir="ltr" data-band="ks2">'),
    (unsaid, '<html lang="en-GB" dir="ltr">'),
    (badly_headed, "<head></head><h1>One</h1>"),
    (badly_headed, "<head><title>A</title></head><h1>One</h1><h1>Two</h1>"),
    (badly_headed, "<head><title>A</title></head><main><h1>One</h1><h3>Three</h3></main>"),
    (unlabelled, '<label for="a">A</label><input id="b">'),
    (unlabelled, '<label for="a"></label><input id="a">'),
    (unlabelled, '<button type="submit"><svg></svg></button>'),
    (misnamed, '<p id="a"></p><p id="a"></p>'),
    (misnamed, '<a href="#gone">A</a>'),
    (misnamed, '<button form="gone">A</button>'),
    (inline, "<script>1</script>"),
    (inline, "<style>p {}</style>"),
    (inline, '<p style="color: red">'),
    (inline, '<p onclick="x()">'),
    (inline, '<a href=" JavaScript:x()">A</a>'),
    (wordless, '<img src="a">'),
    (wordless, "<svg></svg>"),
    (racing, '<p class="streak streak--long">'),
    (shaming, "<b>wrong</b>answer"),
)
