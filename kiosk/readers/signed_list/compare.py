"""Compares the stored list with what a reader has seen, at each unlocking (promise G3)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.readers.signed_list.pins import ListDiffers, Pin, changes_since
from kiosk.report.access.reader_chain import begins_with_named_list, whole_chain
from kiosk.sealing.list_statements import Version


@dataclass(frozen=True)
class ListComparison:
    """The result of a comparison: the list of readers as it is now, and the versions that are new to this reader."""

    chain: tuple[Version, ...]
    news: tuple[Version, ...]


def compare_list(reports: Session, config: Config, pin: Pin | None, today: date) -> ListComparison:
    """Compare the stored list with a reader's pin; raises ListDiffers where the key has to stay shut."""
    root = config.readers_root
    chain = whole_chain(reports, root)
    # Nothing counts that begins as the settings say. Before two have signed the first list, nobody has seen one.
    if not chain and root is not None and (pin or not begins_with_named_list(reports, root)):
        raise ListDiffers(pin or Pin(1, root, today), older=False)
    return ListComparison(chain, tuple(changes_since(chain, pin, today)))
