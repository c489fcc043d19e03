"""A school whose site key two people have replaced."""

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.sealing.key_fingerprint import check_site_key
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep.new_site_key import Approval, new_key_after, replace_key
from tests.factories import make_staff


def two_people(databases: Databases) -> tuple[StaffMember, StaffMember]:
    """Two who hold a role."""
    with databases.school.write() as session:
        return make_staff(session, Role.PRINCIPAL), make_staff(session, Role.NETWORK)


def replaced(config: Config, databases: Databases) -> tuple[SiteKey, SiteKey]:
    """The key before and after two people have replaced it."""
    check_site_key(config, databases.school)
    old = read_site_key(config.key_path)
    people = two_people(databases)
    replace_key(config, databases, Approval(*people, new_key_after(old)), now_utc())
    return old, read_site_key(config.key_path)
