"""Drives an installed Firefox by its own remote protocol (https://firefox-source-docs.mozilla.org/testing/marionette/)."""

import json
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

PATIENCE = 40.0
QUIET: Mapping[str, object] = {
    "marionette.port": 0,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:1/",
}


class Firefox:
    """A headless Firefox with a profile of its own and the preferences given."""

    def __init__(self, path: str, profile: Path, preferences: Mapping[str, object]) -> None:
        self._path = path
        self._profile = profile
        self._preferences = {**QUIET, **preferences}
        self._number = 0

    def __enter__(self) -> Self:
        self._profile.mkdir(parents=True, exist_ok=True)
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in self._preferences.items())
        (self._profile / "user.js").write_text("\n".join(lines))
        words = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile"]
        with (self._profile / "firefox.out").open("w") as log:
            self._process = subprocess.Popen(
                [self._path, *words, str(self._profile)], stdout=log, stderr=subprocess.STDOUT
            )
        self._socket = socket.create_connection(("127.0.0.1", self._port()), timeout=PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._receive()
        self("WebDriver:NewSession", capabilities={})
        return self

    def __exit__(self, *_: object) -> None:
        self("Marionette:Quit", flags=["eForceQuit"])
        self._stream.close()
        self._socket.close()
        self._process.wait(30)

    def __call__(self, command: str, **arguments: object) -> Any:
        """Give a command; return its answer, or raise what Firefox says of it."""
        self._number += 1
        said = json.dumps([0, self._number, command, arguments]).encode()
        self._socket.sendall(str(len(said)).encode() + b":" + said)
        _, _, error, answer = self._receive()
        if error is not None:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return answer

    @property
    def url(self) -> str:
        return str(self("WebDriver:GetCurrentURL")["value"])

    def go(self, url: str) -> None:
        self("WebDriver:Navigate", url=url)

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page, and return what it resolves to."""
        body = f"const done = arguments[arguments.length - 1]; (async () => {{ {script} }})().then(done)"
        return self("WebDriver:ExecuteAsyncScript", script=body, args=list(arguments))["value"]

    def run_inside(self, script: str, *arguments: object) -> Any:
        """Run a script in Firefox itself, outside every page."""
        self("Marionette:SetContext", value="chrome")
        try:
            return self.run(script, *arguments)
        finally:
            self("Marionette:SetContext", value="content")

    def click(self, selector: str) -> None:
        """Click an element as a hand does, so that it counts as the user's own act."""
        found = self.wait(lambda: self("WebDriver:FindElements", using="css selector", value=selector))[0]
        self("WebDriver:ElementClick", id=next(iter(found.values())))

    def wait(self, look: Any) -> Any:
        """Return what `look` finds, as soon as it finds something."""
        until = monotonic() + PATIENCE
        while not (found := look()):
            if monotonic() > until:
                raise TimeoutError(f"nothing came in {PATIENCE} s at {self.url}")
            sleep(0.05)
        return found

    def _port(self) -> int:
        file, until = self._profile / "MarionetteActivePort", monotonic() + PATIENCE
        while not file.exists() and monotonic() < until:
            sleep(0.05)
        return int(file.read_text())

    def _receive(self) -> Any:
        length = b""
        while (letter := self._stream.read(1)) != b":":
            length += letter
        return json.loads(self._stream.read(int(length)))
