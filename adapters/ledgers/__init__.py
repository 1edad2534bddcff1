"""Statements in formats for machines: MT940 and MT942, CAMT.053, OFX and QFX, and tables in CSV."""
