"""Whether people can reach it, and only those parts that they should: ports, addresses, proxies, sites that embed it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import httpx

from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong

LOOPBACK = ("", "127.0.0.1", "localhost", "::1")
HOPS = "charter_oak_forwarded_for_fewest"
GATEWAY = "the gateway"
_PORTS = (("PORT", "8000", "/healthz", GATEWAY), ("RASA_PORT", "5005", "/webhooks/gateway/ready", "Rasa"),
          ("ACTIONS_PORT", "5055", "/health", "the action server"))


def ports(deployment: Deployment) -> Iterator[Finding]:
    """Each port is free for the start, or answered by the part that it is for."""
    used = [deployment.get(name) or usual for name, usual, _, _ in _PORTS]
    metrics = [str(deployment.settings.metrics_port)] if deployment.settings.metrics_port else []
    if len({*used, *metrics}) < len(used + metrics):
        yield wrong(f"PORT, RASA_PORT, ACTIONS_PORT and METRICS_PORT have to differ, and are {', '.join(used + metrics)}.", "Give each its own.")
        return
    running = False
    for (name, _, path, part), port in zip(_PORTS, used, strict=True):
        if not port.isdecimal() or not 0 < int(port) < 65536:
            yield wrong(f"{name}={port} is not a port.", "Choose a number from 1 to 65535.")
        elif not _taken(int(port)):
            if running and not deployment.get("RASA_URL"):
                yield wrong(f"The gateway runs, and {part} does not answer at port {port}: questions get no answer.", "Start it: charter-oak serve")
            else:
                yield fine(f"Port {port} is free for {part}.")
        elif _answers(f"http://127.0.0.1:{port}{path}", part):
            running = running or part == GATEWAY
            yield fine(f"At port {port} answers {part}.")
        else:
            yield wrong(f"What answers at port {port} is not {part}.", f"Stop it, or set {name} to a port that is free.")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str, part: str) -> bool:
    try:
        response = httpx.get(url, timeout=3, trust_env=False)
    except httpx.HTTPError:
        return False
    return response.status_code == 200 and (part != GATEWAY or response.text == '{"alive":true}')


def public_address(deployment: Deployment) -> Iterator[Finding]:
    """What people type is encrypted on its way."""
    url, host = deployment.settings.public_url, deployment.get("GATEWAY_HOST")
    if not url:
        if host not in LOOPBACK:
            yield wrong(f"The gateway listens on {host}, and PUBLIC_URL is not set: it takes this for someone's own machine and limits nothing.",
                        "Set PUBLIC_URL to the address that people use, or leave GATEWAY_HOST away.")
        else:
            yield fine("PUBLIC_URL is not set: this is a bot on one's own machine.")
        return
    if not url.startswith("https://"):
        yield wrong(f"PUBLIC_URL={url} is not https, so anyone on the way can read what people ask.", "Put a reverse proxy with TLS in front.")
    else:
        yield fine(f"People reach it at {url}.")
    if host not in LOOPBACK and not deployment.settings.trusted_proxies:
        yield warning(f"The gateway listens on {host} without a reverse proxy, and it speaks no TLS itself.",
                      "Put a reverse proxy with TLS in front and set TRUSTED_PROXIES.")
    if deployment.online:
        yield from _from_outside(url)


def _from_outside(url: str) -> Iterator[Finding]:
    try:
        answer = httpx.get(f"{url}/readyz", timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        yield wrong(f"{url} could not be reached from here ({type(error).__name__}).", "Check the name, the certificate and the proxy.")
        return
    if answer.status_code == 200:
        yield fine(f"{url} answers, and is ready.")
    else:
        yield wrong(f"{url}/readyz answers {answer.status_code}.", "Check that the proxy leads to the gateway, and that Rasa runs.")


def embedding(deployment: Deployment) -> Iterator[Finding]:
    """Sites that embed the chat need an address to load it from."""
    origins = deployment.settings.embed_origins
    if origins and not deployment.public:
        yield wrong("EMBED_ORIGINS names sites, and PUBLIC_URL is not set, so they have nothing to load the chat from.", "Set PUBLIC_URL.")
    plain = sorted(origin for origin in origins if origin.startswith("http://"))
    if plain and deployment.public:
        yield warning(f"EMBED_ORIGINS lets {', '.join(plain)} embed the chat.", "Name a developer's own machine only while trying things out.")


def proxies(deployment: Deployment) -> Iterator[Finding]:
    """TRUSTED_PROXIES is the number of proxies that write into X-Forwarded-For; the gateway's metrics show how many did."""
    trusted, port = deployment.settings.trusted_proxies, deployment.settings.metrics_port
    shown = _shown(deployment.settings.metrics_host, port) if port else None
    if shown is None:
        if deployment.public and not trusted and deployment.get("GATEWAY_HOST") in LOOPBACK:
            yield warning("PUBLIC_URL is set, the gateway listens on this machine only, and TRUSTED_PROXIES is 0: everyone would share one limit.",
                          "Set TRUSTED_PROXIES to the number of proxies in front, most often 1.")
    elif shown > trusted:
        yield wrong(f"Each request shows {shown} addresses of proxies, and TRUSTED_PROXIES is {trusted}: many people share one limit.",
                    f"Set TRUSTED_PROXIES={shown}, if all of these proxies are yours.")
    elif shown < trusted:
        yield wrong(f"Requests show only {shown} addresses of proxies, and TRUSTED_PROXIES is {trusted}: anyone can claim another address.",
                    f"Set TRUSTED_PROXIES={shown}, or close the way past the proxies.")
    else:
        yield fine(f"TRUSTED_PROXIES={trusted} is what requests show.")


def _shown(host: str, port: int) -> int | None:
    """The fewest addresses that a forwarded request showed; None where the gateway does not run or saw none."""
    try:
        text = httpx.get(f"http://{host}:{port}/metrics", timeout=3, trust_env=False).text
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    found = next((line for line in text.splitlines() if line.startswith(f"{HOPS} ")), "")
    return int(float(found.split()[1])) or None if found else None


def metrics_address(deployment: Deployment) -> Iterator[Finding]:
    """Nobody but Prometheus reads the metrics."""
    port, host = deployment.settings.metrics_port, deployment.settings.metrics_host
    if not port or host in LOOPBACK:
        return
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and address.is_global:
        yield wrong(f"METRICS_HOST={host} is an address of the internet: anyone can read how often the bot is asked.", "Use an inner address.")
    else:
        yield warning(f"METRICS_HOST={host} lets other machines read the metrics.", "See that a network policy or firewall lets in Prometheus only.")
