"""Work items."""
