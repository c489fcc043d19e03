"""The blueprint of training, and what more than one of its pages shows."""

from flask import Blueprint

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.accounts.staff.people import present_staff
from kiosk.site import current_site
from kiosk.training.standing import PersonTraining, training_of
from kiosk.training.topic import Topic
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school

bp = Blueprint("training", __name__, url_prefix="/staff/training")


def topic_or_404(id: str) -> Topic:
    """The topic of an address."""
    return or_404(current_site().training.get(id))


def own_training() -> PersonTraining:
    """The training of whoever asks."""
    site = current_site()
    return training_of(school(), site, [signed_in_staff()], site.today())[0]


def everybodys_training() -> list[PersonTraining]:
    """The training of everybody who works here."""
    site = current_site()
    return training_of(school(), site, present_staff(school()), site.today())
