"""Which worker sends a mail: claimed in its row for as long as that takes, so that two workers never send one twice.

No time is stored with a claim. Another worker takes it over once it has seen it unchanged for longer than sending
takes, or at once where it knows that whoever claimed it has ended.
"""

import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

# Five waits for the mail server (`outbox.SMTP_SECONDS`) until it has accepted a mail, and one more for what is left.
HOLDS_SECONDS = 120.0
CLAIMED_WITHIN_SECONDS = (
    10.0  # a claim that took longer to store is given up: others may have seen it long ago
)
NAME_BYTES = 8


@dataclass
class MailClaims:
    """The claims of one worker, and what it has seen of those of others; kept from one round to the next."""

    worker: bytes = field(default_factory=lambda: secrets.token_bytes(NAME_BYTES))
    ended: frozenset[bytes] = frozenset()  # workers that are known to have ended
    _seen: dict[bytes, float] = field(default_factory=dict)  # when others' claims were seen first

    def follow(self, names: str) -> None:
        """Note that the workers of these names have ended, with spaces between them; anything else is no name."""
        with suppress(ValueError):
            self.ended = frozenset(bytes.fromhex(name) for name in names.split())

    def make(self) -> bytes:
        """A claim for one mail: the name of this worker and a random number, so that no two are equal."""
        return self.worker + secrets.token_bytes(NAME_BYTES)

    def void(self, found: Iterable[bytes]) -> frozenset[bytes]:
        """Those of the claims that stand in rows now whose mail is to be sent by whoever comes first."""
        now = time.monotonic()
        self._seen = {claim: self._seen.get(claim, now) for claim in found}
        return frozenset(
            claim
            for claim, since in self._seen.items()
            if claim[:NAME_BYTES] in {self.worker, *self.ended} or now - since > HOLDS_SECONDS
        )
