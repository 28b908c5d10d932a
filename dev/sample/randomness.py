"""Random numbers that depend on what they are for, never on what was drawn before."""

import zlib

import numpy as np


def generator(seed: int, purpose: str, *keys: int) -> np.random.Generator:
    """Return a generator of its own for one purpose.

    A generator per seed, purpose, site and day is what makes a sub-range of days equal to that
    part of the whole range: a running stream would depend on where the range begins.

    Args:
        seed: the run's seed, 0 or more.
        purpose: a short name; two purposes never share random numbers.
        keys: for instance a site's slot and a day's ordinal, each 0 or more.
    """
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(purpose.encode()), *keys]))
