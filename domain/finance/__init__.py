"""Money, and what banks say became of it."""
