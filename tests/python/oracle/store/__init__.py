"""The store marts recomputed in Python, to hold the SQL against."""

from .reference import STORE_MART_SCHEMAS, expected_store_marts

__all__ = ["STORE_MART_SCHEMAS", "expected_store_marts"]
