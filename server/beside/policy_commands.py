"""`beside policy …`: keys, checks and signatures, where the shop's private key is. None of it asks a relay."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from beside.errors import PolicyRefused
from beside.policy.reading import read_policy
from beside.policy.selectors import is_sure, strange_pseudo_class_of
from beside.policy.signing import draw_key, is_signed, open_signed, public_key_of, sign_policy
from beside.protocol import SitePolicy

policy = typer.Typer(no_args_is_help=True, help="A shop's own rules: what is shown, masked and blocked.")


@policy.command("keygen")
def make_key(file: Annotated[Path, typer.Argument(help="Where the private key goes; it must not exist.")]) -> None:
    """Make a private key for `sign`, and print the public one for the script tag."""
    pem = draw_key()
    try:
        # Nobody but its owner may read it, from its first moment on.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
    except OSError as error:
        raise PolicyRefused(f"The key cannot be written to {file}: {error.strerror}.") from error
    typer.echo(f"The private key is in {file}. Keep it where no relay and no web server reads it.")
    typer.echo(f'data-policy-key="{public_key_of(pem)}"')


@policy.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A policy: its source, or what `sign` made of it.")],
    key: Annotated[str | None, typer.Option(help="The public key that must have signed it.")] = None,
) -> None:
    """Say what is wrong with a policy, or what it states."""
    content = _read(file)
    if key is not None and not is_signed(content):
        raise PolicyRefused(f"{file} is not signed; --key is for what `beside policy sign` makes.")
    stated = open_signed(content, key) if is_signed(content) else read_policy(_text(content, file))
    signed = "signed by this key" if key else "signed; by whom, --key tells" if is_signed(content) else "not signed"
    typer.echo(f"{_described(stated)} It is {signed}.")
    for line in (*_not_everywhere(stated), *_unwatched(stated)):
        typer.echo(line)


@policy.command("sign")
def sign(
    file: Annotated[Path, typer.Argument(help="The policy's source (TOML).")],
    key: Annotated[Path, typer.Option(help="The private key that `keygen` made.")],
    out: Annotated[Path, typer.Option(help="Where the signed policy goes.")],
) -> None:
    """Check a policy and sign it; the relay's sites file names what comes out as policy_file."""
    stated = read_policy(_text(_read(file), file))
    pem = _read(key)
    signed = sign_policy(stated, pem)
    try:
        out.write_bytes(signed)
    except OSError as error:
        raise PolicyRefused(f"The signed policy cannot be written to {out}: {error.strerror}.") from error
    typer.echo(f"{_described(stated)} It is signed, in {out}.")
    typer.echo(f'data-policy-key="{public_key_of(pem)}" data-policy-version="{stated.version}"')


def _not_everywhere(stated: SitePolicy) -> Iterator[str]:
    """Selectors for which some browsers would take the whole policy for none."""
    lists = {f"The rule '{rule.name}'": (*rule.show, *rule.mask, *rule.block) for rule in stated.rules}
    lists |= {"The list frames": tuple(stated.frames), "The list exempt_echoes": tuple(stated.exempt_echoes)}
    for where, selectors in lists.items():
        for selector in selectors:
            if strange := strange_pseudo_class_of(selector):
                yield f"{where} uses '{strange}': where a browser does not know it, nothing is shared, and not all do."


def _unwatched(stated: SitePolicy) -> Iterator[str]:
    """Rules that raise no drift alarm although they name pages, and why."""
    for rule in stated.rules:
        for selector in (*rule.show, *rule.mask, *rule.block) if rule.pages else ():
            if not is_sure(selector):
                why = f"what '{selector}' finds may follow from what is typed"
                yield f"The rule '{rule.name}' raises no drift alarm: {why}."


def _described(stated: SitePolicy) -> str:
    patterns = f" and {len(stated.patterns)} patterns" if stated.patterns else ""
    return f"Version {stated.version} of the policy of '{stated.site}' has {len(stated.rules)} rules{patterns}."


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PolicyRefused(f"{file} cannot be read: {error.strerror}.") from error


def _text(content: bytes, file: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyRefused(f"{file} is not UTF-8.") from error
