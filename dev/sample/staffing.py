"""Shifts and how they were kept: about 22 a store and day."""

import numpy as np
import pyarrow as pa

from dev.sample.columns import instants, integers
from dev.sample.columns import small_integers as small
from dev.sample.siteday import SiteDay

SHIFTS_BY_WEEKDAY = (22, 22, 23, 25, 24, 21, 18)  # operations report, 8.3
NON_STORE_SHIFTS = 2
EMPLOYEES = 45
START_HOURS = np.array([6.5, 7.0, 8.0, 9.0, 11.0, 13.0, 14.0])
LENGTH_HOURS = np.array([4, 5, 6, 8])

ABSENT_SHARE, NO_CLOCK_OUT_SHARE, REVERSED_SHARE = 0.02, 0.008, 0.001
LATE_SHARE = 0.05


def attendance(at: SiteDay) -> pa.RecordBatch:
    """Return the shifts of a site that start on a day.

    An absent employee has neither clock-in nor clock-out; a forgotten clock-out is NULL, and a
    few lie before their clock-in.
    """
    rng = at.generator("attendance")
    rows = SHIFTS_BY_WEEKDAY[at.day.date.weekday()] if at.site.is_store else NON_STORE_SHIFTS
    starts = np.sort(rng.choice(START_HOURS, rows))
    shift_start = at.day.clock_zero + (starts * 3_600).astype(np.int64)
    shift_end = shift_start + 3_600 * rng.choice(LENGTH_HOURS, rows)
    late = rng.random(rows) < LATE_SHARE
    delay = np.where(late, rng.integers(901, 3_600, rows), rng.integers(-600, 600, rows))
    clock_in = shift_start + delay
    clock_out = shift_end + rng.integers(-300, 1_200, rows)
    reversed_ = rng.random(rows) < REVERSED_SHARE
    clock_out[reversed_] = clock_in[reversed_] - 600
    absent = rng.random(rows) < ABSENT_SHARE
    forgotten = rng.random(rows) < NO_CLOCK_OUT_SHARE
    employees = rng.permutation(EMPLOYEES)[:rows]
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(rows)),
            "emp_id": integers(at.site.dept_id * 1_000 + employees),
            "dept_id": small(at.site.dept_id, rows),
            "shift_start": instants(shift_start),
            "shift_end": instants(shift_end),
            "clock_in": instants(clock_in, absent),
            "clock_out": instants(clock_out, absent | forgotten),
        }
    )
