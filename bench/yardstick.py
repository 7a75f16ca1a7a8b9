"""What small things cost on this machine at this moment, so that figures of two machines, or of two days, compare.

``python -m bench.yardstick``. The best round says how fast the machine is, the median how busy it is beside us: on two
processors that share a core, a neighbour's work doubles what ours costs.
"""

import hmac
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ROUNDS = 25
_ADDITIONS = 100


def measure() -> None:
    """Print microseconds of CPU, the best and the median of some rounds."""
    cipher, key, nonce, bound, text = AESGCM(os.urandom(32)), os.urandom(32), os.urandom(12), bytes(57), bytes(64)
    told = {
        "AES-256-GCM of 64 bytes": _costs(lambda: cipher.encrypt(nonce, text, bound), 500),
        "HMAC-SHA-256 of 64 bytes": _costs(lambda: hmac.digest(key, text, "sha256"), 500),
        f"a loop of {_ADDITIONS} additions": _costs(_loop, 200),
    }
    # Built with a profile, as Debian's is, it takes a fifth less for our code than without.
    interpreter = f"Python {platform.python_version()} of {sys.base_prefix}"
    written = (f"{name} {min(costs):.2f} ({statistics.median(costs):.2f})" for name, costs in told.items())
    print(f"\nyardstick, best (median), microseconds of CPU: {', '.join(written)}; {interpreter}", flush=True)


def _costs(act: Callable[[], object], times: int) -> list[float]:
    costs = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for _ in range(times):
            act()
        costs.append((time.process_time() - began) / times * 1e6)
    return costs


def _loop() -> int:
    total = 0
    for number in range(_ADDITIONS):
        total += number
    return total


if __name__ == "__main__":
    measure()
