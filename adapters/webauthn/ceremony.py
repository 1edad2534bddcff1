"""The two ceremonies of Web Authentication."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime

from application.ports.passkeys import Passkey, PasskeyCeremony
from domain.codec import Json
from domain.errors import Invalid

NAME = "Alfred"


class WebAuthn(PasskeyCeremony):
    """Checks answers with py_webauthn; user verification (face, finger, PIN) is required."""

    def registration(self, site: str, owner: str, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Json]:
        from webauthn import generate_registration_options
        from webauthn.helpers import structs

        return _as_json(
            generate_registration_options(
                rp_id=site,
                rp_name=NAME,
                user_name=owner,
                user_id=owner.encode()[:64],
                challenge=challenge,
                authenticator_selection=structs.AuthenticatorSelectionCriteria(
                    resident_key=structs.ResidentKeyRequirement.REQUIRED,
                    user_verification=structs.UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in known],
            )
        )

    def registered(
        self, answer: dict[str, Json], site: str, origin: str, challenge: bytes, name: str, now: datetime
    ) -> Passkey:
        from webauthn import verify_registration_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            verified = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site,
                expected_origin=origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise Invalid(f"this passkey does not hold: {error}", where="answer") from error
        key = _text(verified.credential_public_key)
        return Passkey(_text(verified.credential_id), key, verified.sign_count, site, name, now)

    def authentication(self, site: str, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Json]:
        from webauthn import generate_authentication_options
        from webauthn.helpers import structs

        return _as_json(
            generate_authentication_options(
                rp_id=site,
                challenge=challenge,
                allow_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in known],
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            )
        )

    def authenticated(self, answer: dict[str, Json], passkey: Passkey, origin: str, challenge: bytes) -> int:
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=passkey.site,
                expected_origin=origin,
                credential_public_key=_bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise Invalid(f"this passkey does not hold: {error}", where="answer") from error
        return verified.new_sign_count


def _as_json(options: object) -> dict[str, Json]:
    from webauthn import options_to_json

    form: dict[str, Json] = json.loads(options_to_json(options))  # type: ignore[arg-type]
    return form


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
