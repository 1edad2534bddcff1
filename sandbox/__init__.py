"""A make-believe outside world on loopback: servers that speak the vendors' own HTTP, and a household that lives there.

Stands apart: imports nothing of the product, so that what it records is evidence and not an echo.
"""
