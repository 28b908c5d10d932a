"""What the demo, the tests and the benchmarks need; nothing here runs in production."""
