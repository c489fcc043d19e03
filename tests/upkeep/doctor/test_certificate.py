"""Doctor says how long the certificate of the school's address holds, and never that it does when nobody looked."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.config import Config, SettingError
from kiosk.upkeep.doctor.certificate import check_certificate
from tests.serving import reserved_port

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")


@contextmanager
def proxy(folder: Path, days: int, name: str = "localhost") -> Iterator[Config]:
    """Something that shows a certificate for so many days; settings with its address."""
    made, key = folder / "shown.pem", folder / "shown.key"
    asked = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    asked += ["-days", str(days), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*asked, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(made, key)
    with socket.create_server(("localhost", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as plain:
                try:
                    shows.wrap_socket(plain, server_side=True).close()
                except OSError:  # whoever asks does not trust it
                    return

        serving = threading.Thread(target=answer)
        serving.start()
        yield Config(data_dir=folder, public_url=f"https://localhost:{listener.getsockname()[1]}")
        serving.join()


@needs_openssl
def test_a_certificate_is_good_for_its_days_red_in_its_last_fortnight_and_before_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    with (
        proxy(tmp_path, 30) as config,
        pytest.raises(SettingError, match="this machine does not trust that of localhost"),
    ):
        check_certificate(config, now)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "shown.pem"))
    with proxy(tmp_path, 30) as config:
        assert check_certificate(config, now).startswith("that of localhost holds until ")
    with proxy(tmp_path, 30) as config, pytest.raises(SettingError, match=r"in 1\d days; renew it"):
        check_certificate(config, now + timedelta(days=17))
    with (
        proxy(tmp_path, 30, "another.example") as config,
        pytest.raises(SettingError, match="does not trust that of"),
    ):
        check_certificate(config, now)


def test_what_could_not_be_looked_at_is_never_in_order(tmp_path: Path) -> None:
    with reserved_port() as port:
        config = Config(data_dir=tmp_path, public_url=f"https://localhost:{port}")
        with pytest.raises(SettingError, match="could not be looked at"):
            check_certificate(config, datetime.now(UTC))


def test_an_address_without_https_has_none(tmp_path: Path) -> None:
    said = check_certificate(Config(data_dir=tmp_path), datetime.now(UTC))
    assert said == "none, as KIOSK_PUBLIC_URL is not https"


@pytest.mark.parametrize("host", ["192.0.2.7:8000", "kiosk.school.example"])
def test_an_address_of_the_network_without_https_is_named_as_a_mistake(tmp_path: Path, host: str) -> None:
    config = Config(data_dir=tmp_path, public_url=f"http://{host}")
    with pytest.raises(SettingError, match=f"{host.partition(':')[0]} is not this machine"):
        check_certificate(config, datetime.now(UTC))
    check_certificate(config.model_copy(update={"demo": True}), datetime.now(UTC))
