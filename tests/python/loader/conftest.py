"""What several files of loader tests need."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

# The business dates of all test feeds are of this zone.
NEW_YORK = ZoneInfo("America/New_York")
# More than any test takes that says what day it is.
ENOUGH = timedelta(minutes=2)


@pytest.fixture
def today() -> date:
    """Return today's business date, which stays the same for as long as the test runs."""
    while (datetime.now(NEW_YORK) + ENOUGH).date() != datetime.now(NEW_YORK).date():
        time.sleep(1)
    return datetime.now(NEW_YORK).date()
