"""Normal noise with memory."""

import numpy as np

from dev.sample.columns import Floats


def autoregressive(shocks: Floats, lag_1: float) -> Floats:
    """Turn independent standard normal shocks into a stationary series of the same variance.

    Args:
        shocks: any shape, days on the last axis.
        lag_1: correlation of neighbouring days, above -1 and below 1.

    Returns:
        Noise of the same shape: an AR(1) process that starts in its stationary distribution, so
        that every day has variance 1.
    """
    if lag_1 == 0:
        return shocks
    noise = shocks.copy()
    fresh = np.sqrt(1 - lag_1**2)
    for day in range(1, shocks.shape[-1]):
        noise[..., day] = lag_1 * noise[..., day - 1] + fresh * shocks[..., day]
    return noise
