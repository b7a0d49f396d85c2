"""Products of factorials as whole numbers that add up: the exponents of their primes, packed side by side."""

from __future__ import annotations

from functools import cached_property
from math import prod

import numpy as np

from trialwright.analysis.statistics.exact_tables import TooLargeError

_MOST_BITS = 62


class TooWideError(TooLargeError):
    """A product of factorials has too many prime exponents for one whole number."""


class Factorials:
    """0! to ``most``! for products whose arguments add up to ``total``: logarithms and keys.

    Keys of factors add up to the key of the product; two products are equal exactly if their keys are. The
    exponent of a prime in such a product is at most that in total!, so that nothing is carried over.
    TooWideError where a key would need more than 62 bits.
    """

    def __init__(self, total: int, most: int) -> None:
        self._primes = [p for p in range(2, most + 1) if all(p % q for q in range(2, int(p**0.5) + 1))]
        widths = [_exponent(total, prime).bit_length() for prime in self._primes]
        self._shifts = [sum(widths[:place]) for place in range(len(widths) + 1)]
        self.bits = self._shifts[-1]
        if self.bits > _MOST_BITS:
            raise TooWideError
        self.keys = np.array([self._packed(x) for x in range(most + 1)], dtype=np.int64)

    @cached_property
    def logarithms(self) -> np.ndarray:
        """The natural logarithm of each factorial, correct to the last place but one."""
        from scipy.special import gammaln

        return np.asarray(gammaln(np.arange(len(self.keys)) + 1.0))

    def product(self, key: int) -> int:
        """The product that a key stands for."""
        return prod(
            prime ** ((key >> low) % (1 << (high - low)))
            for prime, low, high in zip(self._primes, self._shifts, self._shifts[1:], strict=False)
        )

    def _packed(self, x: int) -> int:
        return sum(
            _exponent(x, prime) << shift for prime, shift in zip(self._primes, self._shifts, strict=False)
        )


def _exponent(x: int, prime: int) -> int:
    """The exponent of a prime in x!."""
    found = 0
    while x:
        x //= prime
        found += x
    return found
