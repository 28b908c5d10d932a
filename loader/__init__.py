"""Copies the feeds of feeds.yml from the source servers into raw_* tables of the warehouse.

Thin by intent: it moves rows unchanged and logs what it did. Every business rule is SQL.
"""
