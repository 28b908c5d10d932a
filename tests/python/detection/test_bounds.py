"""The bound on days, against values worked by hand and against what is simulated."""

import math

import numpy as np
import pytest

from dev.detection.bounds import (
    adjusted_residual_sd,
    bound_days,
    bounds,
    kl_divergence,
    median_variance,
    standardised,
)
from dev.detection.networks import Plan, revenue_noise


def test_divergence_of_a_normal_shift() -> None:
    """A shift by two deviations tells two nats a day."""
    assert kl_divergence(2) == 2


def test_bound_by_hand() -> None:
    """ln(e^6) over 2 nats a day is three days."""
    assert bound_days(math.exp(6), -2) == pytest.approx(3)


def test_size_of_a_drop() -> None:
    """A drop of 20 % is ln(0.8) = -0.2231; at 8.5 % that is 2.625 deviations."""
    assert standardised(0.2, 0.085) == pytest.approx(2.6252, abs=1e-4)


def test_variance_of_a_median() -> None:
    """Values of Teichroew's tables of normal order statistics (1956): n = 1, 3, 9."""
    assert median_variance(1) == pytest.approx(1, abs=1e-6)
    assert median_variance(3) == pytest.approx(0.448671, abs=1e-5)
    assert median_variance(9) == pytest.approx(0.166101, abs=1e-5)


@pytest.mark.parametrize("n", [0, 8])
def test_median_of_an_even_number_is_refused(n: int) -> None:
    """The formula holds for odd numbers only."""
    with pytest.raises(ValueError, match="odd"):
        median_variance(n)


def test_adjusted_residual_has_its_deviation() -> None:
    """Residuals of the simulated noise, by their definition, have the deviation of the formula."""
    noise = revenue_noise(Plan(seed=4, warm_up_days=70, judged_days=70), range(150))
    centre = np.mean([noise[..., 70 - 7 * week : -7 * week] for week in range(3, 11)], axis=0)
    deviation = noise[..., 70:] - centre
    peer = np.median(deviation[:, 1:], axis=1)
    residual = deviation[:, 0] - peer
    # Residuals of one weekday share the weeks of their means: about 150 x 70 / 4 independent ones.
    expected = adjusted_residual_sd(0.085, 9)
    assert residual.std() == pytest.approx(expected, rel=4 / np.sqrt(2 * 150 * 70 / 4))


def test_bounds_of_the_network() -> None:
    """At 0.05 a store-year: ln(7305) = 8.896; errors of the baseline cost about a third."""
    (found,) = bounds((0.2,), 0.05)
    assert found.own_days == pytest.approx(8.8963 / (2.6252**2 / 2), abs=1e-3)
    assert found.adjusted_delta == pytest.approx(2.6252 / math.sqrt(1.125 * 1.166101), abs=1e-3)
    assert found.adjusted_days == pytest.approx(found.own_days * 1.125 * 1.166101, abs=1e-3)
