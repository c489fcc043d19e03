"""The list of readers and the reader's key, as a request has them."""

from kiosk.accounts.login import OpenKey, open_key_of_session
from kiosk.errors import KeyLocked
from kiosk.report.chain import contains, verified_chain
from kiosk.report.keyring import root_of
from kiosk.sealing.list_statements import Version
from kiosk.site import current_site
from kiosk.stores import reports


def chain_now() -> tuple[Version, ...]:
    """The list as it is now, every version that counts."""
    return verified_chain(reports(), root_of(current_site().config))


def key_in_use() -> OpenKey:
    """This reader's open key; raises KeyLocked, and then the password is asked for."""
    key = key_at_hand()
    if key is None:
        raise KeyLocked
    return key


def key_at_hand() -> OpenKey | None:
    """The same for a page on which nobody needs a key; None where there is none."""
    key = open_key_of_session()
    if key is not None:
        chain_seen_by(key)
    return key


def chain_seen_by(key: OpenKey) -> tuple[Version, ...]:
    """The list as it is now, for whoever signs something about it.

    Raises KeyLocked where it does not go on from the one that this key was compared with; the unlocking tells all then.
    """
    chain = chain_now()
    if key.seen and not contains(chain, *key.seen):
        raise KeyLocked
    return chain
