"""The blueprint of voices, and how a recording is sent."""

from flask import Blueprint, Response, make_response, request

from kiosk.site import current_site
from kiosk.voices.files import checked_sound, path_of
from kiosk.web.errors import NotFound

# A tablet may keep what is heard for so long; once it is taken back, no page asks for it any more.
HEARD_AGAIN_SECONDS = 3600

bp = Blueprint("voices", __name__)


def send_recording(file: str) -> Response:
    """A recording, or the part of it that a browser asks for, under the kind that its first bytes say."""
    try:
        data = path_of(current_site().config, file).read_bytes()
    except (FileNotFoundError, ValueError):
        raise NotFound from None
    sent = make_response(data)
    sent.mimetype = checked_sound(data).value
    sent.headers["Cache-Control"] = f"private, max-age={HEARD_AGAIN_SECONDS}"
    sent.set_etag(file)
    sent.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return sent
