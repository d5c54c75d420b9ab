"""Settings: one reader of the environment, documented in full, and wrong ones refused in words."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from beside.settings import Settings, read_settings
from beside.sites import SettingsError, Site, read_sites, site_of

DOCS = Path(__file__).parents[2] / "docs/settings.md"
SECRET = "x" * 32
SITE = Site(key="a", name="A", origins=("https://a.example",), shop_url="https://a.example/")
NEEDED: dict[str, Any] = {"public_url": "https://relay.example", "sites": (SITE,), "secret_keys": (SECRET,)}
TABLE: dict[str, Any] = {"name": "A", "origins": ["https://a.example"], "shop_url": "https://a.example/"}


def documented() -> dict[str, str]:
    rows = re.findall(r"^\| `BESIDE_(\w+)` \| (?:`([^`]*)`|(none|empty)) \|", DOCS.read_text("utf-8"), re.M)
    return {name.lower(): value or word for name, value, word in rows}


def as_documented(value: Any) -> str:
    if value in ("", ()):
        return "empty"
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def test_every_setting_stands_in_the_docs_with_its_default() -> None:
    defaults = {
        field.name: "none" if field.default is dataclasses.MISSING else as_documented(field.default)
        for field in dataclasses.fields(Settings)
    }
    defaults["sites_file"] = defaults.pop("sites")

    assert documented() == defaults


def test_example_of_a_sites_file_in_the_docs_is_good(tmp_path: Path) -> None:
    example = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.S)[0]
    file = tmp_path / "sites.toml"
    file.write_text(example.replace("…32 characters or more…", SECRET), "utf-8")

    (site,) = read_sites(file)

    assert (site.key, site.launch_secrets) == ("my-shop", (SECRET,))


def test_environment_is_read_with_its_kinds(tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text('[sites.a]\nname="A"\norigins=["https://A.example:443"]\nshop_url="https://a.example/x"\n')
    environment = {
        "BESIDE_PUBLIC_URL": "https://relay.example/",
        "BESIDE_SITES_FILE": str(sites),
        "BESIDE_SECRET_KEYS": f"{SECRET}, {'y' * 40}",
        "BESIDE_PORT": "9000",
        "BESIDE_RESUME_WINDOW_S": "45.5",
        "PATH": "/bin",
    }

    settings = read_settings(environment, port=9001)

    assert settings.public_url == "https://relay.example"
    assert settings.secret_keys == (SECRET, "y" * 40)
    assert (settings.port, settings.resume_window_s) == (9001, 45.5)
    # As browsers write it: without the default port, in lower case; assets default to the origins.
    assert settings.sites[0].origins == settings.sites[0].asset_origins == ("https://a.example",)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"BESIDE_PROT": "1"}, "BESIDE_PROT is not a setting"),
        ({"BESIDE_SITES": "1"}, "BESIDE_SITES is not a setting"),
        ({"BESIDE_PORT": "eighty"}, "must be a number"),
        ({}, "BESIDE_SITES_FILE is not set"),
        ({"BESIDE_SITES_FILE": "/nowhere/sites.toml"}, "cannot be read"),
    ],
)
def test_wrong_environment_is_refused_in_words(environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_settings(environment)


@pytest.mark.parametrize("missing", ["public_url", "secret_keys"])
def test_what_has_no_default_must_be_set(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"BESIDE_{missing.upper()} is not set"):
        read_settings({}, **{name: value for name, value in NEEDED.items() if name != missing})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"workers": 2}, "through Redis only"),
        ({"secret_keys": ("short",)}, "has 5 characters; it needs 32"),
        ({"secret_keys": ()}, "BESIDE_SECRET_KEYS is empty"),
        ({"public_url": "http://relay.example"}, "plain http is allowed on localhost only"),
        ({"public_url": "https://relay.example/path"}, "the origin alone"),
        ({"log_level": "loud"}, "it can be debug, info, warning, error"),
        ({"trusted_proxies": ("proxy",)}, "no network"),
        ({"resume_window_s": 0.0}, "BESIDE_RESUME_WINDOW_S is 0.0; it must be more than 0"),
        ({"trace_share": 1.5}, "BESIDE_TRACE_SHARE is 1.5; it is a share of messages, from 0 .none. to 1 .each."),
        ({"trace_share": float("nan")}, "BESIDE_TRACE_SHARE is nan"),
        ({"sites": ()}, "No site"),
    ],
)
def test_wrong_settings_are_refused_in_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings(**NEEDED | changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"origin": []}, "unknown setting 'origin'"),
        ({"origins": []}, "lists no origins"),
        ({"origins": ["http://a.example"]}, "Use https"),
        ({"origins": ["https://a.example/shop"]}, "the origin alone"),
        ({"origins": ["javascript:alert(1)"]}, "write an https address"),
        ({"origins": ["https://a.example:port"]}, "not an address"),
        ({"origins": "https://a.example"}, "is not right"),
        ({"shop_url": "https://b.example/"}, "on none of its origins"),
        ({"shop_url": "https://a.example/#x"}, "must have no '#'"),
        ({"launch_secrets": ["short"]}, "it needs 32"),
        ({"webhook_url": "https://desk.example/"}, "both webhook_url and webhook_secret"),
        ({"webhook_url": "http://desk.example/", "webhook_secret": SECRET}, "Use https"),
    ],
)
def test_wrong_site_is_refused_in_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        site_of("a", TABLE | changes)


def test_settings_that_end_up_in_a_log_show_no_secret() -> None:
    site = site_of("a", TABLE | {"webhook_url": "https://desk.example/", "webhook_secret": SECRET})
    settings = Settings(**NEEDED | {"sites": (site,), "metrics_key": SECRET, "store": f"redis://:{SECRET}@db/0"})

    assert SECRET not in repr(settings)
    assert not any(key in repr(settings) for key in settings.secret_keys)


@pytest.mark.parametrize("key", ["", "A", "a b", "-a", "a" * 41])
def test_site_key_is_fit_for_an_attribute(key: str) -> None:
    with pytest.raises(SettingsError, match="key of site"):
        site_of(key, TABLE)
