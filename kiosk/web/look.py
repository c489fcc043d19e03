"""How pages look, and how a tablet was set up: what an adult chose for whoever uses it, and nothing of a child."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from kiosk.bands import Band

MOST_LOOKS = 256  # bounded, as an address may contain anything
LOOKS: Mapping[str, tuple[str, ...]] = {
    "page": ("plain", "cream", "blue", "dark", "contrast"),
    "size": ("1", "1.25", "1.5", "2"),
    "spacing": ("normal", "wide"),
    "motion": ("some", "less"),
}


@dataclass(frozen=True)
class Look:
    """How a person wants pages to look; empty strings mean the default."""

    page: str = ""
    size: str = ""
    spacing: str = ""
    motion: str = ""

    @property
    def code(self) -> str:
        """The look in one word for an address, such as `dark_1.5_wide_less`."""
        parts = [getattr(self, name) or values[0] for name, values in LOOKS.items()]
        return "" if parts == [values[0] for values in LOOKS.values()] else "_".join(parts)


@dataclass(frozen=True)
class Tablet:
    """The age group that an adult set a tablet to ("" for none), and its look; leaving keeps both."""

    band: str = ""
    look: Look = Look()

    @property
    def part(self) -> str:
        """What it adds to an address under /report, which has neither cookie nor query: "/ks1-dark_1.5_wide_less"."""
        code = "-".join(filter(None, (self.band, self.look.code)))
        return f"/{code}" if code else ""

    def start_url(self, lang: str, first: str) -> str:
        """The start page for whoever comes next; `lang` stands in it unless it is the school's `first` language."""
        said = {
            "lang": "" if lang == first else lang,
            "band": self.band,
            "look": self.look.code,
            "fresh": "1",
        }
        return "/?" + urlencode({name: value for name, value in said.items() if value})


@lru_cache(maxsize=MOST_LOOKS)
def read_look(code: str) -> Look:
    """The look that a code names; anything unknown is the default."""
    parts = code.split("_")
    if len(parts) != len(LOOKS):
        return Look()
    chosen = {
        name: value if value in values[1:] else ""
        for (name, values), value in zip(LOOKS.items(), parts, strict=True)
    }
    return Look(**chosen)


@lru_cache(maxsize=MOST_LOOKS)
def read_tablet(code: str) -> Tablet:
    """The tablet that the last part of an address under /report names; anything unknown is left out."""
    band, _, look = code.partition("-") if code.partition("-")[0] in set(Band) else ("", "", code)
    return Tablet(band, read_look(look))
