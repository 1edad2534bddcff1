"""Microsoft's sign-in for services besides Graph."""

from __future__ import annotations

from adapters.microsoft.auth import GrantTokens, signed_in
from application.ports.issuer import Aim, IssuedTokens, TokenIssuer
from application.ports.providers import Account, SignIn
from application.ports.secrets import Vault


class MicrosoftEntra(TokenIssuer):
    """See the port."""

    def sign_in(self, account: Account, vault: Vault, aim: Aim) -> SignIn:
        from adapters.microsoft.sign_in import Asking, begun

        return begun(Asking(account, vault, aim))

    def tokens(self, account: Account, vault: Vault) -> IssuedTokens:
        signed_in(account, vault)
        return GrantTokens(account, vault)
