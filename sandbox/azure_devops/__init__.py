"""A make-believe Azure DevOps: one organisation over plain http on loopback, as its own Python SDK knows it."""

from sandbox.azure_devops.server import AzureDevOpsServer

__all__ = ["AzureDevOpsServer"]
