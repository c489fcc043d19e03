"""The cost of sealing alone: one envelope, with its key wrapped for every reader and for the recovery key."""

import uuid
from functools import cache

from kiosk.sealing.boxes import public_of, random_bytes
from kiosk.sealing.envelope import new_case_key, seal, wrap

READERS = 4  # a holder and a deputy of each of two roles
RECOVERY = 1
BODY = {"band": "ks2", "lang": "en", "concern": "bullying", "words": "words " * 40}


def seal_one() -> bytes:
    """Seal one report as the report page does; returns the envelope."""
    report_id, case_key = uuid.uuid4(), new_case_key()
    for public_key in _public_keys():
        wrap(report_id, case_key, public_key)
    return seal(report_id, "bullying", BODY, case_key)


@cache
def _public_keys() -> tuple[bytes, ...]:
    return tuple(public_of(random_bytes(32)) for _ in range(READERS + RECOVERY))
