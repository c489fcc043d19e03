"""On a class's page: "how to tell" is due this term, or was done, and who signed for it."""

from typing import Any

from kiosk.accounts.models import ClassGroup
from kiosk.i18n import door
from kiosk.site import current_site
from kiosk.stores import school
from kiosk.told.in_class import TellingInClass, telling_in


def telling_of(group: ClassGroup) -> TellingInClass:
    """How far a class is with "how to tell" this term."""
    site = current_site()
    return telling_in(school(), [group], site.lessons, site.term_began())[0]


def class_context() -> dict[str, Any]:
    """`telling_of` for the page of a class, which stands below this part."""
    return {"telling_of": telling_of} if door() == "staff" else {}
