"""Households as data, and the code that turns them into mail."""
