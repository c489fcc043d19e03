"""How a child is recognised without storing a last name, and how the child's name is shown in class."""

from collections import defaultdict
from collections.abc import Iterable

from kiosk.accounts.roster.rows import RosterRow
from kiosk.sealing.site_key import SiteKey

LONGEST_LABEL = 60


def name_digest(site_key: SiteKey, row: RosterRow) -> bytes:
    """A digest of first and last name that only this installation can make."""
    return site_key.derive(
        "roster", f"name\x1f{row.first_name.casefold()}\x1f{row.last_name.casefold()}".encode()
    )


def id_digest(site_key: SiteKey, row: RosterRow) -> bytes:
    """The same for the number that the school gives the child."""
    return site_key.derive("roster", f"id\x1f{row.pupil_id}".encode())


def roster_digest(site_key: SiteKey, row: RosterRow) -> bytes:
    """The digest to store: of the school's number if there is one, so that a changed name finds the same child."""
    return id_digest(site_key, row) if row.pupil_id else name_digest(site_key, row)


def tile_labels(rows: Iterable[RosterRow]) -> dict[int, str]:
    """The first name of each child of one class by place in `rows`: "Amira", or "Amira K" and "Amira S".

    It adds as few letters of the last name as needed; children with the same full name are left out.
    """
    alike: dict[str, list[tuple[int, RosterRow]]] = defaultdict(list)
    for place, row in enumerate(rows):
        alike[row.first_name.casefold()].append((place, row))
    labels: dict[int, str] = {}
    taken: set[str] = set()
    for group in sorted(alike.values(), key=len):
        found = _tell_apart([row for _, row in group], taken)
        labels.update({place: label for (place, _), label in zip(group, found, strict=False)})
        taken.update(label.casefold() for label in found)
    return labels


def _tell_apart(rows: list[RosterRow], taken: set[str]) -> list[str]:
    for letters in range(0 if len(rows) == 1 else 1, max(len(row.last_name) for row in rows) + 1):
        labels = [f"{row.first_name} {row.last_name[:letters]}".strip() for row in rows]
        different = {label.casefold() for label in labels}
        if (
            len(different) == len(rows)
            and not different & taken
            and all(len(x) <= LONGEST_LABEL for x in labels)
        ):
            return labels
    return []
