"""Repositories and pull requests."""
