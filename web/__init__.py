"""Shows Alfred over HTTP."""
