"""The recovery card: words on paper from which the key of all copies and the site key come back.

The machine keeps its public half alone, so that whoever takes machine and copies together opens no copy.
"""

import re
import textwrap
import uuid
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b, sha256

import shamir_mnemonic
from shamir_mnemonic.utils import MnemonicError
from sqlalchemy.orm import Session

from kiosk.config import SettingError
from kiosk.report.models import DrillItem
from kiosk.sealing.boxes import public_of, random_bytes
from kiosk.sealing.envelope import ENVELOPE_VERSION, EnvelopeBroken, new_case_key, seal, unseal, unwrap, wrap
from kiosk.sealing.key_fingerprint import shown_fingerprint
from kiosk.sealing.recovery import UnknownWord, typed_words
from kiosk.sealing.site_key import SiteKey

SEED_BYTES = 16
SHOWN_LETTERS = 8
A_LINE = 60
COPIES, SITE = "copies", "site"  # what stands before the words of a card
WORDS = {COPIES: 20, SITE: 33}
MEANT = {COPIES: "of copies", SITE: "of the site key"}
DRILL_ID = uuid.UUID(int=0)
ROUTE, PROOF = "drill", {"words": "A drill has opened what kiosk sealed."}
PAGE = """RECOVERY CARD of {school}

Two people keep one each (principal and network manager, say), in closed envelopes,
away from the machine and from its copies. With this card and a copy another machine
becomes this school; without it no copy opens. Whoever has both reads all that is not
sealed. Made on {day:%-d %B %Y}.

Key of copies, fingerprint {copies_mark}
{copies}

Site key, fingerprint {site_mark}
{site}

To restore: `kiosk restore FILE`, which asks for these words; the first four letters
of each are enough.
"""


class CardWrong(SettingError):
    """These words are not those of a card; the text says where to look."""


@dataclass(frozen=True)
class RecoveryCard:
    """What a card gives: the seed of the keys that open copies, and the site key."""

    seed: bytes
    site_key: SiteKey

    @cached_property
    def private_key(self) -> bytes:
        """Opens every copy that was made since this card."""
        return self._derive(b"kiosk-copies")

    @cached_property
    def public_key(self) -> bytes:
        """Copies are sealed to it."""
        return public_of(self.private_key)

    @cached_property
    def drill_key(self) -> bytes:
        """Opens the drill's item."""
        return self._derive(b"kiosk-drill")

    def page(self, school: str, day: date) -> str:
        """The card as it is printed."""
        return PAGE.format(
            school=school,
            day=day,
            copies_mark=mark_of(self.public_key),
            site_mark=shown_fingerprint(self.site_key),
            copies=_lines(COPIES, self.seed),
            site=_lines(SITE, self.site_key.raw),
        )

    def _derive(self, purpose: bytes) -> bytes:
        return blake2b(key=self.seed, digest_size=32, person=purpose).digest()


def new_card(site_key: SiteKey) -> RecoveryCard:
    """A card with a new key of copies."""
    return RecoveryCard(random_bytes(SEED_BYTES), site_key)


def mark_of(public_key: bytes) -> str:
    """The letters by which the key of copies is named on the card and in messages."""
    return sha256(public_key).hexdigest()[:SHOWN_LETTERS]


def read_card(page: str) -> RecoveryCard:
    """The card of a page as it was printed, or typed with its two headings; raises CardWrong."""
    found = {name: " ".join(re.findall(rf"^\s*{name}:(.*)$", page, re.MULTILINE)) for name in WORDS}
    return card_of_words(found[COPIES], found[SITE])


def card_of_words(copies: str, site: str) -> RecoveryCard:
    """The card of typed words; raises CardWrong."""
    return RecoveryCard(secret_of(COPIES, copies), SiteKey(secret_of(SITE, site)))


def secret_of(name: str, typed: str) -> bytes:
    """What one half of a card says; raises CardWrong, which names the word or the half that is wrong."""
    try:
        words = typed_words(typed)
    except UnknownWord as unknown:
        raise CardWrong(f"“{unknown.word}” is not a word that cards use; look at it again") from None
    if len(words) != WORDS[name]:
        raise CardWrong(f"the words {MEANT[name]} are {WORDS[name]}, and these are {len(words)}")
    try:
        return bytes(shamir_mnemonic.combine_mnemonics([" ".join(words)]))
    except (MnemonicError, ValueError):
        raise CardWrong(
            f"one of the words {MEANT[name]} is another one on the card; compare them all"
        ) from None


def store_drill_item(session: Session, card: RecoveryCard) -> None:
    """Seal the drill's sentence as a report is sealed, to this card, in the place of an older card's."""
    if old := session.get(DrillItem, DRILL_ID):
        session.delete(old)
        session.flush()
    case_key = new_case_key()
    wrapped = wrap(DRILL_ID, case_key, public_of(card.drill_key))
    envelope = seal(DRILL_ID, ROUTE, PROOF, case_key)
    session.add(DrillItem(id=DRILL_ID, wrapped=wrapped, envelope=envelope))


def opens_drill_item(session: Session, card: RecoveryCard) -> bool:
    """Whether what was sealed for drills is there and opens with this card."""
    item = session.get(DrillItem, DRILL_ID)
    if item is None:
        return False
    try:
        case_key = unwrap(DRILL_ID, item.wrapped, card.drill_key)
        return unseal(DRILL_ID, ENVELOPE_VERSION, item.envelope, case_key) == (ROUTE, PROOF)
    except EnvelopeBroken:
        return False


def _lines(name: str, secret: bytes) -> str:
    ((words,),) = shamir_mnemonic.generate_mnemonics(1, [(1, 1)], secret, iteration_exponent=0)
    return "\n".join(f"  {name}: {line}" for line in textwrap.wrap(words, A_LINE))
