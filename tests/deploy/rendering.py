"""The files of `docs/deploy` as the tests run them: the same text, with other ports, paths and host names.

Each file's table below is all that differs. What a table names must stand in the file, so that neither drifts from the
other. Starts nothing.
"""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/deploy"
# As they stand in the files; workers are told apart by them.
WORKER_PORTS = (8001, 8002, 8003)
# Where the tests' certificate is good, and what resolves to 127.0.0.1 everywhere.
HOST = "localhost"
PASSWORD = "a-password-of-the-tests-alone"
METRICS_KEY = "a-key-to-the-metrics-of-the-tests-alone"
SECRET = "a-secret-of-the-tests-and-of-nobody-else"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where one deployment under test stands: its folder, and its ports on 127.0.0.1."""

    folder: Path
    redis: int
    workers: tuple[int, ...]
    nginx: int
    haproxy: int
    # The balancers' ports for plain http.
    nginx_plain: int
    haproxy_plain: int


def text_of(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def render(name: str, changes: Mapping[str, str]) -> str:
    """The file's text with each key replaced by its value, in their order."""
    text = text_of(name)
    for old, new in changes.items():
        assert old in text, f"{name} says nothing of {old!r} any more"
        text = text.replace(old, new)
    return text


def workers_of(places: Places) -> dict[str, str]:
    return {f"127.0.0.1:{file}": f"127.0.0.1:{ours}" for file, ours in zip(WORKER_PORTS, places.workers, strict=True)}


def render_nginx(places: Places) -> str:
    return render(
        "nginx.conf",
        {
            # Who may read and write the tests' folder.
            "user www-data;": f"user {getpass.getuser()};",
            "pid /run/nginx.pid;": f"pid {places.folder}/nginx.pid;",
            "/var/log/nginx/": f"{places.folder}/nginx-",
            # Debian's are root's alone.
            "http {\n": f"http {{\n{_nginx_folders(places.folder)}",
            "listen 80;": f"listen 127.0.0.1:{places.nginx_plain};",
            "listen [::]:80;": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{places.nginx} ssl http2;",
            "listen [::]:443 ssl http2;": "",
            "/etc/ssl/cobrowse.example/": f"{places.folder}/",
            "cobrowse.example": HOST,
            **workers_of(places),
        },
    )


def _nginx_folders(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f"    {kind}_temp_path {folder}/nginx-{kind};\n" for kind in kinds)


def render_haproxy(places: Places) -> str:
    return render(
        "haproxy.cfg",
        {
            # It stays who started it.
            "    user haproxy\n    group haproxy\n": "",
            # HAProxy does not start where the system gives it fewer files than this takes.
            "maxconn 16384": "maxconn 1024",
            "bind :80\n": f"bind 127.0.0.1:{places.haproxy_plain}\n",
            "bind :443 ": f"bind 127.0.0.1:{places.haproxy} ",
            "/etc/ssl/cobrowse.example/": f"{places.folder}/",
            "cobrowse.example": HOST,
            **workers_of(places),
        },
    )


def render_redis(places: Places) -> str:
    return render(
        "redis.conf",
        {
            "port 6379": f"port {places.redis}",
            "dir /var/lib/redis": f"dir {places.folder}",
            "REPLACE-ME": PASSWORD,
        },
    )


def render_environment(places: Places, public_url: str) -> dict[str, str]:
    """`beside.env`, read as systemd reads it (systemd.exec(5), EnvironmentFile=)."""
    text = render(
        "beside.env",
        {
            "https://cobrowse.example": public_url,
            "/etc/beside/": f"{places.folder}/",
            "SECRET_KEYS=REPLACE-ME": f"SECRET_KEYS={SECRET}",
            "redis://:REPLACE-ME@127.0.0.1:6379": f"redis://:{PASSWORD}@127.0.0.1:{places.redis}",
            "METRICS_KEY=REPLACE-ME": f"METRICS_KEY={METRICS_KEY}",
        },
    )
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", ";"))]
    return dict(line.split("=", 1) for line in lines)


def render_start(port: int, beside: str) -> list[str]:
    """The words of the unit's `ExecStart=` for the worker on this port."""
    unit = render("beside@.service", {"/opt/beside/bin/beside": beside, "--port %i": f"--port {port}"})
    found = re.findall(r"^ExecStart=(.*)$", unit, re.M)
    assert len(found) == 1
    words: list[str] = found[0].split()
    assert os.path.isabs(words[0]), "systemd takes whole paths only"
    return words


def block_of(document: str, language: str) -> str:
    """The only block of a language in a document of `docs/deploy`."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text_of(document), re.S | re.M)
    return str(block)
