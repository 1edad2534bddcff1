"""The permission that an action failed for, so that the owner can grant just that."""

from __future__ import annotations

from application.ports.providers import Connections
from domain.actions import Action
from domain.errors import AlfredError, SignInAgain


def missing_for(action: Action, connections: Connections) -> tuple[str, ...]:
    """Return the permissions whose lack made `action` fail; nothing where it failed for another reason."""
    if action.error_code != SignInAgain.code:
        return ()
    try:
        return connections.executor(action.account, action.kind).missing_permission(action.kind)
    except AlfredError:
        return ()
