"""The names of cookies, and how what stands in a pupil's is signed."""

from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Response
from flask.json.tag import TaggedJSONSerializer
from itsdangerous import URLSafeTimedSerializer

from kiosk.sealing.site_key import SiteKey
from kiosk.site import current_site

MOST_SIGNERS = 1024  # one signer for each school: so many are cached
MOST_COOKIES = 256  # of tablets that are at work


def cookie_name(audience: str) -> str:
    """A browser takes a cookie of this prefix over https alone, and so only where the school has https."""
    return f"{'__Secure-' if current_site().config.over_https else ''}kiosk-{audience}"


def forget_cookie(response: Response, audience: str, path: str) -> None:
    """Delete a cookie from the browser, which heeds no change of one of https alone that does not say so itself."""
    secure = current_site().config.over_https
    response.delete_cookie(cookie_name(audience), path=path, secure=secure, httponly=True, samesite="Strict")


def pin_cookie_name() -> str:
    """The cookie that keeps what readers have seen of the list of readers on this device, and nothing else."""
    return cookie_name("list")


def known_cookie_name() -> str:
    """The cookie by which a browser is known in which somebody of the staff has signed in."""
    return cookie_name("known")


def signed_cookie(content: dict[str, Any]) -> str:
    """The pupils' cookie that holds this."""
    return str(_signer_of(current_site().key).dumps(content))


def read_cookie(cookie: str) -> dict[str, Any]:
    """What a pupils' cookie holds; raises BadSignature for one that this school has not signed."""
    return _read_cookie(current_site().key, cookie)


@lru_cache(MOST_COOKIES)
def _read_cookie(key: SiteKey, cookie: str) -> dict[str, Any]:
    """Cached, as a tablet sends the same cookie until the minute changes."""
    found: dict[str, Any] = _signer_of(key).loads(cookie)
    return found


@lru_cache(MOST_SIGNERS)
def _signer_of(key: SiteKey) -> URLSafeTimedSerializer:
    """Signs and checks the pupils' cookie of a school: another school's key makes another cookie."""
    return URLSafeTimedSerializer(
        key.cookie_secret(),
        salt="kiosk-learn",
        serializer=TaggedJSONSerializer(),
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )
