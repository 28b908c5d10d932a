"""Simulated networks, drops and histories on which the detection of declining stores is measured.

What is simulated is described in `network.csv` (levels, noise, sizes) and `quantities.csv` (from
what the twenty KPIs are made). Everything here is a pure function of a seed and a plan; how rows
get into a warehouse, and which models judge them, is not decided here.

* `networks`: peer groups of mature stores, one of which drops on a known day.
* `kpis`: the same with all twenty KPIs.
* `eighth_avenue`: daily histories of the flagship's decline, exact to its monthly sums.
* `bounds`: how fast any method could be at a given rate of false alarms.
* `measure`: false alarms and days to an alarm, with standard errors, from alerts and the truth.
"""
