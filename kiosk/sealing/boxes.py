"""The two kinds of sealed box (libsodium): one for a public key, and one under a shared key."""

import os
from hashlib import blake2b

from nacl.bindings import crypto_box, crypto_box_NONCEBYTES, crypto_box_seed_keypair
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

KEY_BYTES = 32


class BoxBroken(Exception):
    """A box that this key does not open, or that was changed."""


def seal_to(public_key: bytes, plain: bytes) -> bytes:
    """A box that only the holder of the private key can open, and that does not show who made it.

    The same bytes as libsodium's crypto_box_seal, whose own randomness cannot be seeded in a test.
    """
    ephemeral_public, ephemeral_private = crypto_box_seed_keypair(random_bytes(KEY_BYTES))
    nonce = blake2b(ephemeral_public + public_key, digest_size=crypto_box_NONCEBYTES).digest()
    return bytes(ephemeral_public + crypto_box(plain, nonce, public_key, ephemeral_private))


def open_sealed(private_key: bytes, box: bytes) -> bytes:
    """The content of a box for this key; raises BoxBroken."""
    try:
        return bytes(SealedBox(PrivateKey(private_key)).decrypt(box))
    except (CryptoError, ValueError, TypeError):
        raise BoxBroken from None


def lock(key: bytes, plain: bytes) -> bytes:
    """A box under a shared key."""
    return bytes(SecretBox(key).encrypt(plain, random_bytes(SecretBox.NONCE_SIZE)))


def unlock(key: bytes, box: bytes) -> bytes:
    """The content of a box under this key; raises BoxBroken."""
    try:
        return bytes(SecretBox(key).decrypt(box))
    except (CryptoError, ValueError, TypeError):
        raise BoxBroken from None


def is_public_key(found: bytes | None) -> bool:
    """Whether these bytes are a usable public key, as a damaged row must not stop a report (promise S7)."""
    if found is None or len(found) != KEY_BYTES:
        return False
    try:
        seal_to(found, b"")
    except (CryptoError, RuntimeError, ValueError, TypeError):
        return False
    return True


def public_of(private_key: bytes) -> bytes:
    """The public half of a private key."""
    return bytes(PrivateKey(private_key).public_key)


def random_bytes(size: int) -> bytes:
    """`size` bytes from the system, asked for at each call so that a test can seed them (promise A1)."""
    return os.urandom(size)
