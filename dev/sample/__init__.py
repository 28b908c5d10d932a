"""Synthetic source servers: rows that look like production, the same for the same seed."""
