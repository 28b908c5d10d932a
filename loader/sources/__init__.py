"""Where rows come from: one module per engine behind the protocol in `base`."""
