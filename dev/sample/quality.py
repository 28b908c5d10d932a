"""Prepared materials with their expiry, and quality tasks: about 110 rows a store and day."""

import numpy as np
import pyarrow as pa

from dev.sample.columns import instants, integers, picked
from dev.sample.columns import small_integers as small
from dev.sample.hours import opening_seconds
from dev.sample.siteday import SiteDay

PREPARED_PER_DAY, TASKS_PER_DAY = 56.0, 54.0
NON_STORE_PER_DAY = 2.0

USED, EXPIRED = 1, 2
EXPIRED_SHARE = 0.05
MATERIALS = (
    ("Cold brew batch", 48),
    ("Whipped cream", 24),
    ("Sweet cream", 24),
    ("Tapioca pearls", 4),
    ("Coffee jelly", 36),
    ("Brown sugar sauce", 72),
    ("Opened whole milk", 48),
    ("Opened oat milk", 72),
    ("Matcha base", 12),
    ("Cheese foam", 8),
)  # name and hours it may be used

OPEN, DONE, FAILED = 1, 2, 3
TASK_SHARES = np.array([0.05, 0.92, 0.03])
TASK_TYPES = ("opening", "temperature", "hygiene", "expiry_check", "equipment", "closing")


def expiry_records(at: SiteDay) -> pa.RecordBatch:
    """Return what a site prepared on a day and what has become of it by `at.until`."""
    rng = at.generator("expiry")
    rows = int(rng.poisson(PREPARED_PER_DAY if at.site.is_store else NON_STORE_PER_DAY))
    material = rng.integers(0, len(MATERIALS), rows)
    prepared = np.sort(opening_seconds(rng, at.day, rows))
    hours = np.array([hours for _, hours in MATERIALS])
    expires = prepared + 3_600 * hours[material]
    expired = (rng.random(rows) < EXPIRED_SHARE) & (expires < at.until.ends)
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(rows)),
            "dept_id": small(at.site.dept_id, rows),
            "item_name": picked([name for name, _ in MATERIALS], material),
            "quantity": small(rng.integers(1, 7, rows)),
            "prepared_time": instants(prepared),
            "expiry_date": instants(expires),
            "status": small(np.where(expired, EXPIRED, USED)),
        }
    )


def qc_tasks(at: SiteDay) -> pa.RecordBatch:
    """Return the quality tasks created at a site on a day; an open one has no finish."""
    rng = at.generator("tasks")
    rows = int(rng.poisson(TASKS_PER_DAY if at.site.is_store else NON_STORE_PER_DAY))
    status = rng.choice([OPEN, DONE, FAILED], rows, p=TASK_SHARES)
    created = np.sort(opening_seconds(rng, at.day, rows))
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(rows)),
            "dept_id": small(at.site.dept_id, rows),
            "task_type": picked(TASK_TYPES, rng.integers(0, len(TASK_TYPES), rows)),
            "status": small(status),
            "create_time": instants(created),
            "finish_time": instants(created + rng.integers(120, 5_400, rows), status == OPEN),
        }
    )
