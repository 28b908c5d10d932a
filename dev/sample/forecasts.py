"""Prediction versions: several before the cutoff, some after it that have seen the day."""

from datetime import time

import numpy as np
import pyarrow as pa

from dev.sample.columns import Floats, Ints, decimals, instants, integers, picked
from dev.sample.columns import small_integers as small
from dev.sample.demand import Consumption
from dev.sample.errors import miss_chances, relative_error
from dev.sample.goods import load_goods
from dev.sample.randomness import generator
from dev.sample.siteday import SiteDay

VERSIONS_PER_GOODS = 8.1  # at scale 1: 7,100 rows a day at 10 stores
CUTOFF = time(6)
EARLY_SECONDS = 12 * 3600  # versions are made from 18:00 of the evening before
LATE_SECONDS = 13 * 3600

MISSING_SHARE = 0.010  # goods and days nobody predicted
ONLY_LATE_SHARE = 0.002
LATE_CHANCES = (0.35, 0.08)  # of a first and of a second version after the cutoff
ON_THE_CUTOFF_SHARE = 0.02  # newest in time at 05:59:59, first late one at 06:00:00
NULL_SHARE = 0.002
LATE_KNOWLEDGE = 0.7  # how much of its error a version that has seen the day has lost
DRIFT = 0.05  # relative change from one version to the next

# One negative and one absurd prediction every so many days, in turn at every site. The absurd one
# is a version that a later one replaces: a broken model run that somebody repeated.
ODD_EVERY_DAYS = 20
NEGATIVE_ON, ABSURD_ON = 4, 13
ABSURD_FACTOR = 10_000


def predictions(at: SiteDay, consumption: Consumption, scale: float) -> pa.RecordBatch:
    """Return all prediction versions of a site for one day.

    The newest version before 06:00 local time carries the error model's error, whatever the scale.

    Args:
        at: the site and the day that is predicted.
        consumption: what is used on that day.
        scale: multiplies the versions per goods, never below 2.
    """
    goods_count = at.site.goods or len(load_goods().codes)
    # The values come from a generator of their own: the number of versions follows the scale.
    final = final_quantities(at, consumption)[:goods_count]
    actual = np.where(consumption.used, consumption.units, 0)[:goods_count].astype(float)
    rng = at.generator("versions")
    absent, only_late = rng.random((2, goods_count))
    versions = np.maximum(2, np.floor(VERSIONS_PER_GOODS * scale + rng.random(goods_count)))
    first_late, second_late = rng.random((2, goods_count))
    late = (first_late < LATE_CHANCES[0]).astype(int) + (second_late < LATE_CHANCES[1])
    late = np.minimum(late, versions - 1)
    late = np.where(only_late < ONLY_LATE_SHARE, versions, late)
    versions = np.where(absent < MISSING_SHARE, 0, versions).astype(np.int64)
    early = versions - np.minimum(late, versions).astype(np.int64)

    goods = np.repeat(np.arange(goods_count), versions)
    start = np.cumsum(versions) - versions
    number = np.arange(len(goods)) - start[goods]
    is_late = number >= early[goods]
    to_newest = np.maximum(early[goods] - 1 - number, 0)
    quantity = final[goods] * np.exp(DRIFT * np.sqrt(to_newest) * rng.standard_normal(len(goods)))
    seen = LATE_KNOWLEDGE * actual[goods] + (1 - LATE_KNOWLEDGE) * final[goods]
    units = np.rint(np.where(is_late, seen, quantity)).astype(np.int64)
    _spoil(at, units, number, early[goods])

    created = _creation(rng, at.day.at(CUTOFF), number, early[goods], versions[goods])
    missing = rng.random(len(goods)) < NULL_SHARE
    order = np.lexsort((goods, created))
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(len(goods))),
            "dept_id": small(at.site.dept_id, len(goods)),
            "goods_code": picked(load_goods().codes, goods[order]),
            "predict_date": pa.array(np.full(len(goods), at.day.date, dtype="datetime64[D]")),
            "vlt_avg_demand": decimals(units[order], missing),
            "create_time": instants(created[order]),
        }
    )


def final_quantities(at: SiteDay, consumption: Consumption) -> Floats:
    """Return the newest quantity before the cutoff, in ten-thousandths."""
    above, below = miss_chances(at.day, consumption.volume)
    uniform = _stratified(at)
    return consumption.units * (1 + relative_error(uniform, above, below))


def _stratified(at: SiteDay) -> Floats:
    """Return uniform numbers spread evenly over a category's goods and over the stores.

    Every store and day has one number in each of n equal strata of its category, and every goods
    and day has its stores in different strata. So two weeks already show the model's own
    accuracy, with little sampling error, while days remain independent of each other.
    """
    goods = load_goods()
    jitter = at.generator("jitter").random(len(goods.codes))
    strata = np.empty(len(goods.codes))
    counts = np.empty(len(goods.codes))
    rng = generator(at.seed, "strata", at.day.ordinal)
    for members in goods.members.values():
        shift = round(at.site.slot * len(members) / 10)
        strata[members] = (rng.permutation(len(members)) + shift) % len(members)
        counts[members] = len(members)
    return (strata + jitter) / counts


def _creation(
    rng: np.random.Generator, cutoff: int, number: Ints, early: Ints, versions: Ints
) -> Ints:
    """Return distinct creation times of a goods' versions, in the order of their numbers."""
    is_late = number >= early
    within = 0.98 * rng.random(len(number))
    before = cutoff - EARLY_SECONDS + (number + within) / np.maximum(early, 1) * EARLY_SECONDS
    after = cutoff + (number - early + within) / np.maximum(versions - early, 1) * LATE_SECONDS
    created: Ints = np.where(is_late, after, before).astype(np.int64)
    on_it = rng.random(len(number)) < ON_THE_CUTOFF_SHARE
    created[on_it & (number == early - 1)] = cutoff - 1
    created[on_it & (number == early)] = cutoff
    return created


def _spoil(at: SiteDay, units: Ints, number: Ints, early: Ints) -> None:
    """Make a version of one goods negative or absurd, when it is this site's turn."""
    turn, phase = divmod(at.day.ordinal, ODD_EVERY_DAYS)
    if at.site.slot != turn % 10 or phase not in (NEGATIVE_ON, ABSURD_ON):
        return
    if phase == NEGATIVE_ON:
        candidates = np.flatnonzero(number == early - 1)
    else:
        candidates = np.flatnonzero((number == 0) & (early > 1))
    if len(candidates):
        chosen = candidates[(turn * 7) % len(candidates)]
        units[chosen] *= -1 if phase == NEGATIVE_ON else ABSURD_FACTOR
