"""Tests of the loader, on real servers."""
