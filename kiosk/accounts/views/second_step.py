"""Password and code of the phone together: what a page asks for before a change of who may read."""

from collections.abc import Iterator

from kiosk.accounts.login import signed_in_staff
from kiosk.accounts.signing import Step, try_code
from kiosk.accounts.views.confirming import check_password
from kiosk.db import now_utc
from kiosk.messages import N_, Message
from kiosk.stores import school

LONGEST_CODE = 20


def check_both(password: str, code: str) -> Iterator[tuple[str, Message]]:
    """What is wrong with a typed password and code, by field; nothing if both are right. The tries count for good."""
    error = check_password(password)[1]
    if error:
        yield "password", Message(error)
        return
    outcome = try_code(school(), signed_in_staff().id, code[:LONGEST_CODE], now_utc())
    school().commit()
    if outcome.step is not Step.IN:
        yield (
            "code",
            Message(
                N_("That is not the current code, or it was used already. Wait for the next one and type it.")
            ),
        )
