"""Tests of the simulated networks and of what is measured on them."""
