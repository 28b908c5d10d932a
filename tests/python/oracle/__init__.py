"""The forecast marts recomputed in Python, to hold the SQL against."""

from .compare import Comparison, Kind, MartSchema, assert_same, compare_frames
from .reference import MART_SCHEMAS, expected_marts
from .values import object_frame

__all__ = [
    "MART_SCHEMAS",
    "Comparison",
    "Kind",
    "MartSchema",
    "assert_same",
    "compare_frames",
    "expected_marts",
    "object_frame",
]
