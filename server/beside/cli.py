"""The command `beside`: arguments in, sentences and exit codes out.

0: done. 1: it failed. 2: wrong usage or settings. `audit` has its own meaning of 1: see `audit/command.py`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from beside import __version__
from beside.errors import BesideError
from beside.policy_commands import policy as policy_commands
from beside.routes.api import digest_of_key
from beside.serving import Around, serve_app
from beside.settings import Settings, read_settings
from beside.sites import SettingsError
from beside.store import open_store
from beside.store.contract import ApiKey, Store
from beside.supervising import serve_workers
from beside.traces import check_installed

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Co-browsing for checkout support.")
apikeys = typer.Typer(no_args_is_help=True, help="Keys to the REST API.")
app.add_typer(apikeys, name="apikey")
app.add_typer(policy_commands, name="policy")

Answer = TypeVar("Answer")


def main() -> None:
    """Runs the command; known errors become one sentence on standard error."""
    try:
        app()
    except SettingsError as error:
        typer.echo(f"beside: {error}", err=True)
        raise SystemExit(2) from None
    except BesideError as error:
        typer.echo(f"beside: {error}", err=True)
        raise SystemExit(1) from None


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of BESIDE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, instead of BESIDE_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes at that port, instead of BESIDE_WORKERS.")] = None,
) -> None:
    """Run the relay from settings (BESIDE_...; see docs/settings.md)."""
    from beside.app import create_app  # noqa: PLC0415 - the other commands need none of it

    given = (("host", host), ("port", port), ("workers", workers))
    settings = read_settings(os.environ, **{name: value for name, value in given if value is not None})
    check_installed(settings.trace_share)
    says = f"Beside {__version__} serves {settings.public_url}"
    if settings.workers > 1:
        serve_workers(create_app, settings, says=f"{says} with {settings.workers} workers")
    else:
        relay = create_app(settings)
        serve_app(relay, settings, says=says, around=Around(drain=relay.state.drain))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The one port of shop, helpdesk and console.")] = 8000,
    data_dir: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path("build/demo"),
) -> None:
    """Run a demo shop, a demo helpdesk and the relay, and say what to open."""
    from beside.demo.run import run_demo  # noqa: PLC0415

    run_demo(port, data_dir, os.environ)


@app.command()
def audit(  # noqa: PLR0913, PLR0917 - typer makes an option of each argument
    url: Annotated[str, typer.Argument(help="The page to audit, or where the script starts.")],
    script: Annotated[Path | None, typer.Option(help="A path to follow: TOML, or *.json. See docs/audit.md.")] = None,
    host: Annotated[list[str] | None, typer.Option(help="A further host whose pages may open. Repeatable.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report there, as JSON.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report there, as one HTML file with pictures.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="An earlier JSON report: fail on what differs from it.")] = None,
    browser: Annotated[Path | None, typer.Option(help="The Chromium or Chrome to use.")] = None,
    private: Annotated[bool | None, typer.Option(help="Private mode, whatever the page's tag says.")] = None,
    policy: Annotated[Path | None, typer.Option(help="A site's policy to audit under: its source, or signed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Audit a live shop without asking.")] = False,
) -> None:
    """Open a page in a browser, type a canary into every field, and look for it in what an agent would get.

    Exit status 0: clean. 1: a canary of a masked field was found, or something differs from the baseline. 2: it could
    not be done.
    """
    from beside.audit.errors import CannotAudit  # noqa: PLC0415 - the other commands need none of it

    try:
        from beside.audit.command import Outcome, warning_of  # noqa: PLC0415 - Playwright may be missing
        from beside.audit.command import audit as run  # noqa: PLC0415
        from beside.audit.policies import policy_of  # noqa: PLC0415
        from beside.audit.run import Order  # noqa: PLC0415
        from beside.audit.script import Script, read_script  # noqa: PLC0415

        order = Order(
            url=url,
            script=read_script(script) if script else Script(),
            hosts=tuple(host or ()),
            browser=browser,
            is_private=private,
            policy=policy_of(policy) if policy else None,
            wants_pictures=html is not None,
            is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
            today=datetime.now(UTC).date(),
        )
        if (warning := warning_of(order)) and not yes:
            _agree(warning)
        status = run(order, Outcome(json=json, html=html, baseline=baseline), typer.echo)
    except CannotAudit as error:
        typer.echo(f"beside: {error}", err=True)
        status = 2
    raise typer.Exit(status)


def _agree(warning: str) -> None:
    typer.echo(warning, err=True)
    if not sys.stdin.isatty():
        typer.echo("beside: Nobody is here to be asked: say --yes to audit a live shop.", err=True)
        raise typer.Exit(2)
    if not typer.confirm("Go on?", err=True):
        raise typer.Exit(2)


@app.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(__version__)


@apikeys.command("create")
def create_key(
    site: Annotated[str, typer.Argument(help="Key of the site, as in the sites file.")],
    label: Annotated[str, typer.Option(help="What the key is for, to tell it from others.")] = "",
) -> None:
    """Make an API key and print it, once: it is stored hashed."""
    settings = read_settings(os.environ)
    if settings.site(site) is None:
        raise SettingsError(f"The sites file has no site '{site}'.")
    key = f"beside_{secrets.token_urlsafe(32)}"
    kept = ApiKey(id=secrets.token_hex(6), site=site, label=label, digest=digest_of_key(key), created_at=time.time())
    _with_store(settings, lambda store: store.put_api_key(kept))
    typer.echo(f"Key {kept.id} of site '{site}'. Keep it now; it is not shown again:\n{key}")


@apikeys.command("list")
def list_keys(site: Annotated[str, typer.Argument(help="Key of the site.")]) -> None:
    """List a site's API keys."""
    keys = _with_store(read_settings(os.environ), lambda store: store.api_keys(site))
    for key in keys:
        made = time.strftime("%Y-%m-%d", time.gmtime(key.created_at))
        typer.echo(f"{key.id}  {'revoked' if key.revoked_at else 'good   '}  {made}  {key.label}")
    if not keys:
        typer.echo(f"Site '{site}' has no keys; make one with: beside apikey create {site}")


@apikeys.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(help="Id of the key, as `list` shows it.")]) -> None:
    """Make a key useless from now on."""
    revoked = _with_store(read_settings(os.environ), lambda store: store.revoke_api_key(key_id, now=time.time()))
    if not revoked:
        typer.echo(f"beside: there is no good key '{key_id}'.", err=True)
        raise typer.Exit(1)
    typer.echo(f"Key {key_id} is revoked.")


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        store = open_store(settings.store)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
