"""The vault: secrets encrypted in one file, its master key in the system's key store."""

from adapters.keyring.master_key import KeyPlace, find_master_key
from adapters.keyring.vault import EncryptedVault, open_vault

__all__ = ["EncryptedVault", "KeyPlace", "find_master_key", "open_vault"]
