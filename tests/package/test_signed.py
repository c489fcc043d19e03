"""A release is what the maintainers signed, or it is refused; this test has a key of its own."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tree import ROOT

FILES = ("kiosk-0.2.0.tar.gz", "kiosk_0.2.0_amd64.deb")

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


def new_key(folder: Path, name: str) -> Path:
    """A key to sign with; its line for those who check is in NAME.signers."""
    key = folder / name
    asked = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(asked, check=True)
    public = key.with_suffix(".pub").read_text()
    (folder / f"{name}.signers").write_text(f'release namespaces="kiosk-release" {public}')
    return key


def sign(release: Path, key: Path, namespace: str = "kiosk-release", names: tuple[str, ...] = FILES) -> None:
    """Write the sums of files of a folder, and the signature."""
    sums = "".join(f"{hashlib.sha256((release / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (release / "SHA256SUMS").write_text(sums)
    (release / "SHA256SUMS.sig").unlink(missing_ok=True)
    asked = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(release / "SHA256SUMS")]
    subprocess.run(asked, check=True, capture_output=True)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder as scripts/release.sh leaves it, signed."""
    folder = tmp_path / "release"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(f"all of {name}")
    sign(folder, new_key(tmp_path, "maintainers"))
    return folder


def _verify(release: Path, *more: str, signers: str = "maintainers") -> subprocess.CompletedProcess[str]:
    asked = ["sh", str(ROOT / "scripts/verify-release.sh"), str(release)]
    trusted = str(release.parent / f"{signers}.signers")
    return subprocess.run([*asked, trusted, *more], capture_output=True, text=True, check=False)


def test_what_was_signed_is_taken(release: Path) -> None:
    for more in [(), (FILES[1],)]:
        ran = _verify(release, *more)
        assert (ran.returncode, ran.stdout) == (0, "kiosk: signed by the maintainers, and whole\n")


def test_one_file_alone_is_enough_and_the_others_need_not_be_there(release: Path) -> None:
    (release / FILES[0]).unlink()
    assert _verify(release, FILES[1]).returncode == 0


def test_a_changed_file_is_refused(release: Path) -> None:
    (release / FILES[1]).write_text("something else")
    assert _verify(release, FILES[1]).returncode != 0


def test_a_list_that_was_changed_with_the_file_is_refused(release: Path) -> None:
    (release / FILES[1]).write_text("something else")
    signature = (release / "SHA256SUMS.sig").read_bytes()
    sign(release, new_key(release.parent, "stranger"))
    assert _verify(release).returncode != 0  # signed, but by a stranger
    (release / "SHA256SUMS.sig").write_bytes(signature)
    assert _verify(release).returncode != 0  # the maintainers' signature, of another list
    (release / "SHA256SUMS.sig").unlink()
    assert _verify(release).returncode != 0


def test_a_signature_for_another_purpose_does_not_count(release: Path) -> None:
    sign(release, release.parent / "maintainers", "file")
    assert _verify(release).returncode != 0


@pytest.mark.parametrize(
    "name", ["kiosk_9.9.9_amd64.deb", "kiosk_0.2.0_amd64xdeb", "amd64.deb", "../evil.deb"]
)
def test_a_file_that_the_list_does_not_name_is_refused_however_alike_its_name(
    release: Path, name: str
) -> None:
    (release / name).write_text("never signed")
    ran = _verify(release, name)
    assert ran.returncode == 1
    assert "does not name" in ran.stderr


def test_a_release_of_no_file_proves_nothing(release: Path) -> None:
    for name in FILES:
        (release / name).unlink()
    assert _verify(release).returncode != 0
    assert _verify(release, FILES[1]).returncode == 1
