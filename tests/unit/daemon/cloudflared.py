"""A `cloudflared` that writes down what it was told, and leaves the files that the real one leaves."""

from pathlib import Path

TUNNEL = "6a9e2d7e-9c48-401b-bdfd-ab219d3d4df5"
TAKEN = "An A, AAAA, or CNAME record with that host already exists"
SCRIPT = f"""#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/told"
case "$*" in
"tunnel login")
    test -e "$here/refuses" && exit 1
    mkdir -p "$HOME/.cloudflared" && echo cert > "$HOME/.cloudflared/cert.pem" ;;
"tunnel create --credentials-file "*)
    test -e "$4" && {{ echo "$4 already exists" >&2; exit 1; }}
    echo '{{"AccountTag": "a", "TunnelSecret": "c2VjcmV0", "TunnelID": "{TUNNEL}"}}' > "$4" && chmod 620 "$4" ;;
*" ingress validate")
    grep -q "^ingress:" "$3" ;;
*" route dns "*)
    test -e "$here/taken" && {{ echo "{TAKEN}" >&2; exit 1; }}
    echo "INF Added CNAME $7$(cat "$here/domain" 2>/dev/null) which will route to this tunnel tunnelID=$6" >&2 ;;
*)
    echo "no such command: $*" >&2; exit 1 ;;
esac
"""


class FakeCloudflared:
    """The program in a folder of its own; `told` is what it was asked, without its name."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.program = folder / "cloudflared"
        self.program.write_text(SCRIPT)
        self.program.chmod(0o755)

    @property
    def told(self) -> list[str]:
        file = self.folder / "told"
        return file.read_text().splitlines() if file.exists() else []

    def knows_the_name_already(self) -> None:
        (self.folder / "taken").touch()

    def is_signed_in_for(self, domain: str) -> None:
        """Every name is taken for one within this domain."""
        (self.folder / "domain").write_text(f".{domain}")

    def refuses_to_sign_in(self) -> None:
        (self.folder / "refuses").touch()
