"""The blueprint of voices, and how a recording is sent."""

from flask import Blueprint, Response, make_response, request

from kiosk.site import current_site
from kiosk.voices.files import path_of
from kiosk.voices.models import Sound
from kiosk.web.errors import NotFound

HEARD_AGAIN_SECONDS = (
    3600  # a tablet may keep what is heard for so long; taken back, no page asks for it any more
)

bp = Blueprint("voices", __name__)


def send_recording(file: str, sound: Sound) -> Response:
    """A recording, or the part of it that a browser asks for, under the kind that its first bytes say."""
    try:
        data = path_of(current_site().config, file).read_bytes()
    except (FileNotFoundError, ValueError):
        raise NotFound from None
    sent = make_response(data)
    sent.mimetype = sound.value
    sent.headers["Cache-Control"] = f"private, max-age={HEARD_AGAIN_SECONDS}"
    sent.set_etag(file)
    sent.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return sent
