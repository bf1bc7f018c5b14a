"""The fleet: two gateways behind the deployment's own nginx, two Rasa workers and two action servers behind another, two of Redis."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.chaos.processes import Process
from bot import paths

DEPLOY = paths.ROOT / "deploy"
NEEDED = ("redis-server", "redis-cli", "nginx")
PUBLIC_URL, TWILIO_TOKEN = "https://bot.example.org", "a token for the trial"

_INNER = """daemon off; worker_processes 1; pid inner.pid; error_log stderr emerg;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_body_temp_path inner_body; proxy_temp_path inner_proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_connect_timeout 1s; proxy_read_timeout 60s;
    proxy_next_upstream error timeout; proxy_next_upstream_tries 2;
    {services}
}}
"""


@dataclass(frozen=True)
class Size:
    """How many of each."""

    gateways: int = 2
    rasas: int = 2
    actions: int = 2


@dataclass
class Fleet:
    """Everything that runs.

    Args:
        folder: a temporary folder; each process writes only there.
        slack: the address of the stand-in for Slack's Web API, its signing secret, token and workspace.
        settings: further variables for the gateways and Rasa.
    """

    folder: Path
    slack: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    size: Size = field(default_factory=Size)
    processes: dict[str, Process] = field(default_factory=dict)
    url: str = ""
    rasa_url: str = ""

    def start(self) -> None:
        """Start everything and wait until all answer. Raises ``DidNotStart``."""
        for parent in (self.folder, *self.folder.parents[:2]):
            if parent != Path("/tmp") and parent.stat().st_uid == os.getuid():
                parent.chmod(0o755)  # nginx's workers are another user where this runs as root
        size, ports = self.size, _ports(7 + sum((self.size.gateways, self.size.rasas, self.size.actions)))
        conversations, optouts, outer, rasa, actions = (next(ports) for _ in range(5))
        self.url, self.rasa_url = f"http://127.0.0.1:{outer}", f"http://127.0.0.1:{rasa}"
        for name, port in (("conversations", conversations), ("optouts", optouts)):
            self._add(_redis(name, port, self.folder))
        environ = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "REDIS_URL": f"redis://127.0.0.1:{conversations}/0", "OPTOUTS_REDIS_URL": f"redis://127.0.0.1:{optouts}/0",
            "RASA_URL": self.rasa_url, "ACTIONS_URL": f"http://127.0.0.1:{actions}",
            "GATEWAY_SECRET": secrets.token_hex(32), "SMS_OPTOUT_KEY": secrets.token_hex(32), "STATE_DIR": str(self.folder / "state"),
            "PUBLIC_URL": PUBLIC_URL, "TRUSTED_PROXIES": "1", "TWILIO_AUTH_TOKEN": TWILIO_TOKEN, "RATE_PER_ADDRESS": "0", "RATE_IN_ALL": "0",
            **self.slack, **self.settings,
        }
        tiers = {}
        for tier, count, variable, health in (
            ("gateway", size.gateways, "PORT", "/healthz"), ("rasa", size.rasas, "RASA_PORT", "/webhooks/gateway/ready"),
            ("actions", size.actions, "ACTIONS_PORT", "/health"),
        ):
            tiers[tier] = [next(ports) for _ in range(count)]
            for number, port in enumerate(tiers[tier], 1):
                command = [sys.executable, "-m", "bot.cli", "run", tier]
                given = {**environ, variable: str(port), "PYTHONPATH": str(paths.ROOT)}
                self._add(Process(f"{tier}-{number}", command, given, self.folder, _answers(f"http://127.0.0.1:{port}{health}")))
        self._add(_outer(self.folder, outer, tiers["gateway"]))
        self._add(_inner(self.folder, {rasa: tiers["rasa"], actions: tiers["actions"]}))
        for process in self.processes.values():
            process.wait()

    def _add(self, process: Process) -> None:
        self.processes[process.name] = process
        process.start()

    def end(self) -> None:
        """Stop everything."""
        for process in reversed(self.processes.values()):
            process.end(seconds=10)

    def __getitem__(self, name: str) -> Process:
        return self.processes[name]

    def all(self, tier: str) -> list[Process]:
        """The processes of a tier: "gateway", "rasa", "actions", "redis"."""
        return [process for name, process in self.processes.items() if name.startswith(f"{tier}-")]


def missing() -> list[str]:
    """What of the distribution's packages is not here."""
    return [name for name in NEEDED if not shutil.which(name)]


def _ports(count: int) -> Iterator[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    found = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return iter(found)


def _answers(url: str) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return asked


def _listens(port: int) -> Callable[[], bool]:
    def asked() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return asked


def _redis(name: str, port: int, folder: Path) -> Process:
    """An instance with the deployment's own configuration, in a folder of its own."""
    home = folder / f"redis-{name}"
    home.mkdir()
    command = ["redis-server", str(DEPLOY / "redis" / f"{name}.conf"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
    return Process(f"redis-{name}", command, dict(os.environ), folder, _listens(port))


def _outer(folder: Path, port: int, gateways: list[int]) -> Process:
    """The deployment's own reverse proxy, without TLS and in front of these gateways."""
    shutil.copytree(DEPLOY / "nginx", folder / "nginx")
    shutil.copytree(DEPLOY / "nginx" / "standby", folder / "standby")
    (folder / "nginx" / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
    (folder / "nginx" / "gateways.conf").write_text(_upstream("gateways", gateways))
    return Process("nginx-outer", ["nginx", "-p", f"{folder}/", "-c", str(folder / "nginx" / "nginx.conf")], dict(os.environ), folder, _listens(port))


def _inner(folder: Path, services: dict[int, list[int]]) -> Process:
    """What Compose's names and Kubernetes' services are elsewhere: one address for the Rasa workers, one for the action servers."""
    blocks = [
        _upstream(f"inner{port}", behind) + f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://inner{port}; }} }}"
        for port, behind in services.items()
    ]
    (folder / "inner.conf").write_text(_INNER.format(services="\n".join(blocks)))
    command = ["nginx", "-p", f"{folder}/", "-c", str(folder / "inner.conf")]
    return Process("nginx-inner", command, dict(os.environ), folder, _listens(next(iter(services))))


def _upstream(name: str, ports: list[int]) -> str:
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;\n" for port in ports)
    return f"upstream {name} {{\n{servers}    keepalive 64;\n}}\n"
