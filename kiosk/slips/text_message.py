"""A text message of one part: which signs it takes, and which of them makes it a short one."""

from dataclasses import dataclass

PLAIN_MOST, OTHER_MOST = 160, 70
# GSM 03.38, which every phone reads; those of the second list take two places each.
PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
PLAIN_TWICE = frozenset("^{}\\[~]|€")
INSTEAD = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\N{NO-BREAK SPACE}": " "}


@dataclass(frozen=True)
class Signs:
    """How many signs a text takes, how many fit into one part, and the first that made it the short kind."""

    used: int
    most: int
    because: str = ""

    @property
    def fits(self) -> bool:
        """Whether it is sent as one part."""
        return self.used <= self.most

    @property
    def instead(self) -> str:
        """The plain sign that says the same; empty where there is none."""
        return INSTEAD.get(self.because, "")


def count_signs(text: str) -> Signs:
    """Count as phone networks do: one letter that is not plain, and every sign takes more room."""
    because = next((sign for sign in text if sign not in PLAIN and sign not in PLAIN_TWICE), "")
    if because:
        return Signs(len(text.encode("utf-16-le")) // 2, OTHER_MOST, because)
    return Signs(sum(2 if sign in PLAIN_TWICE else 1 for sign in text), PLAIN_MOST)


def plain(text: str) -> str:
    """The text with signs that every phone has in place of typographic ones."""
    return "".join(INSTEAD.get(sign, sign) for sign in text)
