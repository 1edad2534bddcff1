"""Statements in PDF: read in a process of its own, understood by their arithmetic."""
