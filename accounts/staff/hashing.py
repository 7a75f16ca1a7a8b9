"""Hash passwords with argon2id: the parameters in one place, and no more hashes at once than the machine bears.

19 MiB, two passes, one lane is OWASP's advice (of equal strength to 46 MiB and one pass): some 22 ms of one core here.
More memory would let a handful of strangers who try to sign in exhaust a small server; second factor and lockout
carry what a longer hash would add. A hash made under other parameters is made anew at the next sign-in.
"""

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
MOST_AT_ONCE = 2
"""Hashes at one time in one process: whoever comes third waits, and the requests of others keep a core."""
_turn = threading.BoundedSemaphore(MOST_AT_ONCE)


def hash_password(password: str) -> str:
    """Return the hash, which carries its salt and parameters."""
    with _turn:
        return HASHER.hash(_one_form(password))


def is_password(hashed: str | None, password: str) -> bool:
    """Tell whether the password is the one hashed. For nobody's hash the same work is done, and the answer is no."""
    with _turn:
        try:
            HASHER.verify(hashed or _nobodys(), _one_form(password))
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Tell whether a hash was made under other parameters than today's."""
    return HASHER.check_needs_rehash(hashed)


def _one_form(password: str) -> str:
    """Write a password in one way, whatever keyboard it was typed on."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")
