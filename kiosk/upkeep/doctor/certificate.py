"""Whether browsers will trust the school's address for long enough to renew its certificate by hand."""

import socket
import ssl
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from kiosk.config import Config, SettingError

HTTPS = 443
SECONDS = 10.0
LEAST_DAYS = 14


def check_certificate(config: Config, now: datetime) -> str:
    """Raise SettingError, in one line, if it ends soon, is not trusted, or cannot be looked at from this machine."""
    address = urlsplit(config.public_url)
    if address.scheme != "https" and not (config.demo or is_loopback(address.hostname or "")):
        raise SettingError(
            f"none, though {address.hostname} is not this machine: whoever is on the network reads along; "
            "put a proxy with https before it and set KIOSK_PUBLIC_URL to its https address"
        )
    if address.scheme != "https":
        return "none, as KIOSK_PUBLIC_URL is not https"
    host, port = address.hostname or "", address.port or HTTPS
    try:
        ends_at = _ends_at(host, port)
    except ssl.SSLCertVerificationError as error:
        raise SettingError(
            f"this machine does not trust that of {host} ({error.verify_message}); renew it, or, where browsers do, "
            "install ca-certificates and the authority that signed it here"
        ) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        raise SettingError(f"that of {host} could not be looked at ({said}); does the proxy run?") from None
    days = (ends_at - now).days
    if days < LEAST_DAYS:
        raise SettingError(f"that of {host} ends on {ends_at:%-d %B %Y}, in {days} days; renew it")
    return f"that of {host} holds until {ends_at:%-d %B %Y}"


def is_loopback(host: str) -> bool:
    """Whether only this machine answers to this name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _ends_at(host: str, port: int) -> datetime:
    trusted = ssl.create_default_context()
    with (
        socket.create_connection((host, port), SECONDS) as plain,
        trusted.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown.get("notAfter"))), UTC)
