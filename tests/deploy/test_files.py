"""What the files of docs/deploy say, held against what the relay does: bounds, addresses, names. Runs none of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from starlette.routing import Route

from beside.app import create_app
from beside.serving import DRAIN_WITHIN_S, config_of
from beside.settings import Settings
from beside.sites import read_sites
from beside.store.redis_post import MAX_BATCH_BYTES
from beside.store.redis_servers import MAX_CONNECTIONS
from tests.deploy.rendering import WORKER_PORTS, block_of, render, text_of

Document = dict[str, Any]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The defaults, with the site of README.md."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "sites.toml").write_text(block_of("README.md", "toml"), "utf-8")
    sites = read_sites(folder / "sites.toml")
    return Settings(
        public_url="https://cobrowse.example", sites=sites, secret_keys=("x" * 32,), store=str(folder / "x.sqlite3")
    )


@pytest.fixture(scope="module")
def config(settings: Settings) -> uvicorn.Config:
    return config_of(create_app(settings), settings)


@pytest.fixture(scope="module")
def paths(settings: Settings) -> list[str]:
    """Every address that the relay has, with something in each of its places."""
    app = create_app(settings)
    given = {"session": "Zk3_-x", "asset": "a1b2", "version": "0.1.0", "name": "beside.js", "site": "my-shop"}
    routes = [route for route in app.routes if isinstance(route, Route)]
    filled = [re.sub(r"\{(\w+)\}", lambda part: given[part[1]], route.path) for route in routes]
    return [*filled, "/socket.io/"]


def envoy() -> Document:
    found: Document = yaml.safe_load(text_of("envoy.yaml"))["static_resources"]
    return found


def envoy_browsers() -> Document:
    (listener,) = [listener for listener in envoy()["listeners"] if listener["name"] == "browsers"]
    (chain,) = listener["filter_chains"]
    (connection,) = chain["filters"]
    found: Document = connection["typed_config"]
    return found


def envoy_routes() -> list[Document]:
    (host,) = envoy_browsers()["route_config"]["virtual_hosts"]
    found: list[Document] = host["routes"]
    return found


def kubernetes(kind: str) -> dict[str, Document]:
    documents = [document for document in yaml.safe_load_all(text_of("kubernetes.yaml")) if document["kind"] == kind]
    return {document["metadata"]["name"]: document for document in documents}


def annotations(kind: str = "Ingress") -> dict[str, dict[str, str]]:
    prefix = "nginx.ingress.kubernetes.io/"
    return {
        name: {key.removeprefix(prefix): value for key, value in document["metadata"]["annotations"].items()}
        for name, document in kubernetes(kind).items()
    }


def seconds(text: object) -> float:
    return float(str(text).removesuffix("s"))


def all_of(name: str, pattern: str) -> list[str]:
    found = re.findall(pattern, text_of(name), re.M)
    assert found, f"{name} has nothing like {pattern}"
    return [str(value) for value in found]


# -- Bounds


def test_no_socket_and_no_waiting_answer_is_cut_by_a_balancer(settings: Settings) -> None:
    quiet_s = max(settings.ping_interval_s + settings.ping_timeout_s, settings.wait_poll_s)
    routes = [route["route"] for route in envoy_routes() if "route" in route]
    limits_s = [
        *all_of("nginx.conf", r"^\s*proxy_(?:read|send)_timeout (\d+)s;"),
        *all_of("haproxy.cfg", r"^\s*timeout (?:client|server|tunnel) (\d+)s$"),
        envoy_browsers()["stream_idle_timeout"],
        envoy_browsers()["common_http_protocol_options"]["idle_timeout"],
        *(route["timeout"] for route in routes if route["timeout"] != "0s"),
        *(route["idle_timeout"] for route in routes if "idle_timeout" in route),
        *(said["proxy-read-timeout"] for said in annotations().values()),
        annotations()["beside-by-argument"]["proxy-send-timeout"],
    ]

    assert [limit for limit in limits_s if seconds(limit) < 1.5 * quiet_s] == []
    # A route without one has fifteen seconds.
    assert all("timeout" in route for route in routes)


def test_idle_connections_to_workers_are_dropped_before_the_workers_drop_them(config: uvicorn.Config) -> None:
    (cluster,) = envoy()["clusters"]
    (options,) = cluster["typed_extension_protocol_options"].values()
    (of_nginx,) = all_of("nginx.conf", r"^ +keepalive_timeout (\d+)s;")

    assert seconds(of_nginx) < config.timeout_keep_alive
    assert seconds(options["common_http_protocol_options"]["idle_timeout"]) < config.timeout_keep_alive


def test_bodies_are_bounded_above_the_relays_own_bound_and_not_far_above(settings: Settings) -> None:
    (of_nginx,) = all_of("nginx.conf", r"client_max_body_size (\d+)k;")
    (of_haproxy,) = all_of("haproxy.cfg", r"deny_status 413 if \{ req.hdr_val\(content-length\) gt (\d+) \}")
    (of_envoy,) = [
        f["typed_config"]["max_request_bytes"] for f in envoy_browsers()["http_filters"] if "buffer" in f["name"]
    ]
    of_kubernetes = [
        int(said["proxy-body-size"].removesuffix("k")) for said in annotations().values() if "proxy-body-size" in said
    ]
    bounds_bytes = [int(of_nginx) * 1024, int(of_haproxy), of_envoy, *(kilobytes * 1024 for kilobytes in of_kubernetes)]

    assert len(of_kubernetes) == 2
    assert set(bounds_bytes) == {2 * settings.max_body_bytes}


def test_unit_leaves_a_worker_its_time_to_end_and_its_files(settings: Settings, config: uvicorn.Config) -> None:
    (stop_s,) = all_of("beside@.service", r"^TimeoutStopSec=(\d+)$")
    (files,) = all_of("beside@.service", r"^LimitNOFILE=(\d+)$")
    grace_s = kubernetes("StatefulSet")["beside"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]

    assert config.timeout_graceful_shutdown is not None
    assert min(int(stop_s), grace_s) > 2 * (DRAIN_WITHIN_S + config.timeout_graceful_shutdown)
    assert int(files) > 2 * settings.max_sockets


def test_redis_takes_all_connections_and_waiting_letters_of_the_workers() -> None:
    (clients,) = all_of("redis.conf", r"^maxclients (\d+)$")
    (letters_mb,) = all_of("redis.conf", r"^client-output-buffer-limit pubsub (\d+)mb ")
    (memory_mb,) = all_of("redis.conf", r"^maxmemory (\d+)mb$")
    # What the store may open, and letters both ways.
    (said,) = all_of("redis.conf", r"up to (\d+) connections;")

    assert int(said) == MAX_CONNECTIONS + 2
    assert int(clients) > len(WORKER_PORTS) * int(said)
    # One batch of letters does not cut a worker off, and one worker's letters leave room for sessions.
    assert 2 * MAX_BATCH_BYTES < int(letters_mb) * 1024 * 1024 < int(memory_mb) * 1024 * 1024 / 2


# -- Addresses


def test_logs_name_every_address_of_the_relay_and_nothing_else(paths: list[str]) -> None:
    # Named groups are written otherwise in Python.
    of_nginx = [
        re.compile(pattern.replace("(?<", "(?P<"))
        for pattern in all_of("nginx.conf", r'^\s+"~(\^\(\?<known>.*)" \$known;$')
    ]
    of_haproxy = [
        re.compile(p) for p in all_of("haproxy.cfg", r"set-var\(txn.logged\) path if \{ path -m reg (\S+) \}")
    ]
    token = "eyJzaXRlIjoibXktc2hvcCJ9.aTkBcg.s3cr3t-s3cr3t_s3cr3t"
    mangled = [f"/launch%23{token}", f"/launch#{token}", f"/launch/{token}", f"/{token}", f"/join/{token}", "//launch"]

    for patterns in (of_nginx, of_haproxy):
        known = [path for path in paths if any(pattern.search(path) for pattern in patterns)]

        assert known == paths
        assert [path for path in mangled if any(pattern.search(path) for pattern in patterns)] == []


def test_ingresses_lead_to_every_public_address_and_to_no_other(paths: list[str]) -> None:
    def is_led(path: str, rule: Document) -> bool:
        place = rule["path"]
        if rule["pathType"] == "Exact":
            return bool(path == place)
        if rule["pathType"] == "Prefix":
            return path == place or path.startswith(place.removesuffix("/") + "/")
        return re.match(place, path) is not None

    rules = [
        rule
        for ingress in kubernetes("Ingress").values()
        for host in ingress["spec"]["rules"]
        for rule in host["http"]["paths"]
    ]
    led = {path for path in paths if any(is_led(path, rule) for rule in rules)}

    assert set(paths) - led == {"/metrics", "/readyz"}


def test_envoy_closes_first_and_steers_what_belongs_to_a_session(paths: list[str]) -> None:
    def route_of(path: str) -> str:
        for route in envoy_routes():
            match = route["match"]
            if (
                match.get("path") == path
                or ("prefix" in match and path.startswith(match["prefix"]))
                or ("safe_regex" in match and re.fullmatch(match["safe_regex"]["regex"], path))
            ):
                return str(route["name"])
        raise AssertionError(path)

    taken = {path: route_of(path) for path in paths}
    steered = {route["name"] for route in envoy_routes() if "hash_policy" in route.get("route", {})}
    upgraded = {route["name"] for route in envoy_routes() if "upgrade_configs" in route.get("route", {})}

    assert taken["/metrics"] == taken["/readyz"] == "closed"
    assert {path for path in paths if taken[path] in steered} == {path for path in paths if "Zk3_-x" in path} | {
        "/socket.io/"
    }
    assert upgraded == {"socket"}
    for route in envoy_routes():
        for policy in route.get("route", {}).get("hash_policy", []):
            if "header" in policy:
                rewrite = policy["header"]["regex_rewrite"]
                (path, *_) = [path for path in paths if taken[path] == route["name"]]
                assert re.sub(rewrite["pattern"]["regex"], rewrite["substitution"], f"{path}?quirks=1") == "Zk3_-x"


def test_envoy_logs_routes_and_no_addresses() -> None:
    (log,) = envoy_browsers()["access_log"]
    said = " ".join(log["typed_config"]["log_format"]["json_format"].values())

    assert "%ROUTE_NAME%" in said
    assert set(re.findall(r"%REQ\((.*?)\)%", said)) == {":METHOD"}


# -- Names


def test_every_file_knows_the_same_three_workers() -> None:
    (cluster,) = envoy()["clusters"]
    (group,) = cluster["load_assignment"]["endpoints"]
    addresses = [end["endpoint"]["address"]["socket_address"] for end in group["lb_endpoints"]]
    expected = [str(port) for port in WORKER_PORTS]

    assert all_of("nginx.conf", r"^\s+server 127\.0\.0\.1:(\d+) ") == expected
    assert all_of("haproxy.cfg", r"^\s+server worker-\d+ 127\.0\.0\.1:(\d+)$") == expected
    assert all_of("haproxy.cfg", r"^\s+server worker-(\d+) ") == expected
    assert [(a["address"], str(a["port_value"])) for a in addresses] == [("127.0.0.1", port) for port in expected]
    assert kubernetes("StatefulSet")["beside"]["spec"]["replicas"] == len(expected)
    assert cluster["lb_policy"] == "RING_HASH"
    assert {r["route"]["cluster"] for r in envoy_routes() if "route" in r} == {cluster["name"]}
    assert {check["http_health_check"]["path"] for check in cluster["health_checks"]} == {"/readyz"}


def test_kubernetes_names_lead_somewhere() -> None:
    sets, services = kubernetes("StatefulSet"), kubernetes("Service")
    labels = {name: workload["spec"]["template"]["metadata"]["labels"] for name, workload in sets.items()}
    ports = {
        workload["spec"]["template"]["metadata"]["labels"]["app"]: {
            port["name"]
            for container in workload["spec"]["template"]["spec"]["containers"]
            for port in container["ports"]
        }
        for workload in sets.values()
    }

    for name, workload in sets.items():
        assert workload["spec"]["selector"]["matchLabels"] == labels[name]
        assert workload["spec"]["serviceName"] in services
    for service in services.values():
        assert service["spec"]["selector"] in labels.values()
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports[service["spec"]["selector"]["app"]]
    for kind in ("PodDisruptionBudget", "NetworkPolicy"):
        for document in kubernetes(kind).values():
            assert (document["spec"].get("selector") or document["spec"]["podSelector"])[
                "matchLabels"
            ] in labels.values()


def test_each_ingress_has_a_service_of_its_own_that_steers_as_it_says() -> None:
    """ingress-nginx takes the annotations of a Service from the first Ingress that names it."""
    backends = {
        name: {
            (rule["backend"]["service"]["name"], rule["backend"]["service"]["port"]["name"])
            for host in ingress["spec"]["rules"]
            for rule in host["http"]["paths"]
        }
        for name, ingress in kubernetes("Ingress").items()
    }
    steering = {name: said.get("upstream-hash-by") for name, said in annotations().items()}

    assert backends == {name: {(name, "http")} for name in backends}
    assert set(backends) < set(kubernetes("Service"))
    assert steering == {"beside-by-argument": "$arg_session", "beside-by-path": "$1", "beside-anywhere": None}
    assert {said["enable-access-log"] for said in annotations().values()} == {"false"}


def test_kubernetes_asks_a_worker_for_what_each_probe_means() -> None:
    (container,) = kubernetes("StatefulSet")["beside"]["spec"]["template"]["spec"]["containers"]

    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    assert container["args"] == ["serve", "--host", "0.0.0.0", "--port", str(container["ports"][0]["containerPort"])]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this system has no systemd")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "beside@8001.service"
    # It looks whether the program is there.
    unit.write_text(render("beside@.service", {"/opt/beside/bin/beside": "/bin/true", "=beside\n": "=root\n"}), "utf-8")

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )

    assert [line for line in verified.stderr.splitlines() if "beside@" in line] == []
