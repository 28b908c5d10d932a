"""Where rows go: one module per engine behind the protocol in `base`."""
