"""The dbt project on real engines: oracle, parity, incremental builds, swaps."""
