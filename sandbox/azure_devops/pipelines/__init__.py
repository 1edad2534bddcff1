"""Pipelines, their runs, and the policies that ask for them."""
