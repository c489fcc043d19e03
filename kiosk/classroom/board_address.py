"""The address of a class's board: whoever has it sees the board and can change nothing."""

import uuid
from hmac import compare_digest

from kiosk.sealing.site_key import SiteKey

_ID_LETTERS = 32


def board_token(key: SiteKey, window_id: uuid.UUID) -> str:
    """The signed token in the address; it cannot be made for another class and ends with the window."""
    return window_id.hex + _board_token(key, window_id)


def class_window_id_of(key: SiteKey, token: str) -> uuid.UUID | None:
    """The id of the open class (class window) whose board this is; None for an address that the school has not made."""
    try:
        window_id = uuid.UUID(hex=token[:_ID_LETTERS])
    except ValueError:
        return None
    made = board_token(key, window_id)
    return window_id if compare_digest(made.encode(), token.encode()) else None


def _board_token(key: SiteKey, window_id: uuid.UUID) -> str:
    return key.derive("class-board", window_id.bytes, 16).hex()
