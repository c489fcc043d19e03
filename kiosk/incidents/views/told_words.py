"""Words of what a member of staff wrote down because somebody told them."""

from kiosk.messages import N_

SOURCES = {
    "child": N_("A child"),
    "parent": N_("A parent or carer"),
    "colleague": N_("A colleague"),
    "visitor": N_("A visitor"),
    "saw": N_("I saw it myself"),
}
LABELS = {
    "source": N_("Who told you"),
    "concern": N_("What it is about"),
    "danger": N_("Could somebody be badly hurt today?"),
    "words": N_("What was said, in their own words if you can, or what you saw. Not what you think about it"),
    "told_on": N_("When you were told"),
    "complaint": N_("Is it a complaint, and what about? Its clock starts when it is opened"),
    "staff": N_("Is it about a grown-up who works here?"),
}
