"""The owner's money, as the app asks for it."""

from __future__ import annotations

from web.api import budgets, statements, transactions

OPERATIONS = (*transactions.OPERATIONS, *statements.OPERATIONS, *budgets.OPERATIONS)
