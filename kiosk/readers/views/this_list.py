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
    """This reader's open key; raises KeyLocked, and then the password is asked for.

    So it does where the list does not go on from the one that this key was compared with; the unlocking tells all then.
    """
    key = open_key_of_session()
    if key is None or (key.seen and not contains(chain_now(), *key.seen)):
        raise KeyLocked
    return key
