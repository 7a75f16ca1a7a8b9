"""How much an order of rows says: how many neighbours stand as an export put them, and how rarely chance does so.

Of n rows in an order that has nothing to do with an export, the number of rising neighbours is distributed as the whole
part of a sum of n numbers drawn evenly between 0 and 1 (Laplace; the Eulerian numbers over n!).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

EXACT: Final = 200
"""Up to so many rows the chance is counted; beyond, Hoeffding's bound stands above it."""
_LEAST: Final = 1e-300


def rising(places: Sequence[bytes]) -> int:
    """Count the neighbours of which the second stands after the first."""
    return sum(one < other for one, other in pairwise(places))


def chance_of(risen: int, rows: int) -> float:
    """Return how likely rows in any other order would have so many rising neighbours, or more; never too low."""
    if rows <= EXACT:
        numbers = _eulerian(rows)
        return max(sum(numbers[risen:]) / sum(numbers), _LEAST)
    beyond = risen - rows / 2
    return 1.0 if beyond <= 0 else max(math.exp(-2 * beyond * beyond / rows), _LEAST)


@lru_cache(EXACT + 1)
def _eulerian(rows: int) -> tuple[int, ...]:
    """Return how many orders of some rows have 0, 1, 2 ... rising neighbours."""
    if rows <= 1:
        return (1,)
    fewer = (0, *_eulerian(rows - 1), 0)
    return tuple((rows - count) * fewer[count] + (count + 1) * fewer[count + 1] for count in range(rows))
