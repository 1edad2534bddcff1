"""How the owner lets flows of Power Automate bring his mail (https://learn.microsoft.com/power-automate/)."""

from __future__ import annotations

from application.ports.providers import Guide, Part

GUIDE = Guide(
    parts=(Part.MAIL,),
    steps=(
        "This is for organizations that forbid the sign-in above; the flows need Power Automate Premium, and Alfred "
        "needs an https address (the step Phone).",
        "Make a secret of at least 20 characters, such as: openssl rand -hex 32",
        "alfred flows FOLDER writes them with your address filled in; import those you want at "
        "https://make.powerautomate.com/, and put the secret into the two that post.",
        "Copy the address that the trigger of each flow shows once it is saved. Leave out what you have no flow for.",
    ),
    page="power-automate.md",
    account="office",
)
