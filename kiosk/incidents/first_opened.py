"""What a child sent, as it was at the first opening: whoever exchanges a sealed report afterwards is noticed.

Anybody who can write rows can seal other words for the same readers. The first line of the log, sealed with the key
of the case, holds a digest of what was opened then.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from kiosk.incidents.log import sealed_text
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.report.access import ASIDE
from kiosk.report.clear_columns import IN_BODY
from kiosk.report.opening import EARLIER_KEYS, OpenedReport
from kiosk.report.taking import READERS
from kiosk.sealing.envelope import EnvelopeBroken

CHANGES = frozenset({READERS, ASIDE, EARLIER_KEYS, IN_BODY})  # what kiosk writes into the sealed text later


def digest_of(body: Mapping[str, Any]) -> str:
    """A digest of the child's part of a sealed text, which never changes."""
    part = {name: value for name, value in body.items() if name not in CHANGES}
    return blake2b(json.dumps(part, sort_keys=True).encode(), digest_size=32).hexdigest()


def is_as_opened(entries: Sequence[IncidentEntry], report: OpenedReport) -> bool:
    """Whether a report holds what it held at the first opening; true of those opened before the log kept that."""
    for entry in entries:
        if entry.act is Act.OPENED and entry.sealed_note:
            try:
                return sealed_text(entry, report.case_keys) == digest_of(report.body)
            except EnvelopeBroken:  # sealed with a key that the report of now does not have
                return False
    return True
