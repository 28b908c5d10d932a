"""Tests of the sample sources."""
