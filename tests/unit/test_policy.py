"""A site's policy as a file: read in words, signed by a key that no relay holds, served as it was signed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.e2e.processes import BESIDE

from beside.errors import PolicyRefused
from beside.policy.reading import read_policy
from beside.policy.selectors import fault_of, strange_pseudo_class_of
from beside.policy.signing import draw_key, open_signed, public_key_of, sign_policy
from beside.sites import SettingsError, site_of

HEAD = 'site = "my-shop"\nversion = 3\n'
RULE = '[[rules]]\nname = "prices"\nmask = [".price"]\n'
SOURCE = f"""{HEAD}private = true
pause = ["/account/**"]
query_hosts = ["img.example"]
frames = ["#sizes"]
exempt_echoes = ["#search"]

{RULE}pages = ["/cart"]
"""
TABLE = {"name": "A", "origins": ["https://a.example"], "shop_url": "https://a.example/"}


def test_source_states_all_its_options_and_the_rest_is_filled_in() -> None:
    policy = read_policy(SOURCE)
    least = read_policy(HEAD)

    assert (policy.site, policy.version, policy.private) == ("my-shop", 3, True)
    assert (policy.pause, policy.query_hosts) == (["/account/**"], ["img.example"])
    assert (policy.frames, policy.exempt_echoes) == (["#sizes"], ["#search"])
    assert [(rule.name, rule.pages, rule.mask, rule.show) for rule in policy.rules] == [
        ("prices", ["/cart"], [".price"], [])
    ]
    assert (least.private, least.rules, least.pause) == (False, [], [])


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("site = my-shop", "is not TOML"),
        ('site = "my-shop"', "does not say its version"),
        (HEAD + 'hide = ["x"]', "unknown option 'hide'"),
        (HEAD + 'queryHosts = ["x"]', "unknown option 'queryHosts'"),
        (HEAD + RULE + 'hide = ["x"]', "The rule 'prices' has an unknown option 'hide'"),
        (HEAD + '[[rules]]\nmask = ["x"]', "Rule 1 of the policy has no name"),
        (HEAD + '[[rules]]\nname = "empty"', "The rule 'empty' has no selector"),
        (HEAD + RULE + RULE, "'prices' is there twice"),
        (HEAD + RULE + "pages = []", "'prices' has an empty list of pages"),
        (HEAD + RULE + 'pages = ["cart"]', "The rule 'prices' is not right"),
        (HEAD + RULE + 'pages = ["/a/***"]', "The rule 'prices' has a bad pattern: '/a/\\*\\*\\*'"),
        (HEAD + RULE + 'show = ["a:is(b"]', "The rule 'prices' has a bad selector: 'a:is\\(b'"),
        (HEAD + RULE + 'show = ["x"]\nblock = "y"', "The rule 'prices' is not right"),
        (HEAD + "rules = 7", "rules of the policy are not tables"),
        (HEAD + 'frames = ["a,,b"]', "The list frames has a bad selector"),
        (HEAD + 'exempt_echoes = [""]', "The policy is not right"),
        (HEAD + 'query_hosts = ["https://a.example"]', "The policy is not right"),
        ('site = "My Shop"\nversion = 1', "The policy is not right"),
        ('site = "a"\nversion = 0', "The policy is not right"),
        ('site = "a"\nversion = "1"', "The policy is not right"),
        (HEAD + "".join(RULE.replace("prices", str(at)) for at in range(201)), "The policy is not right"),
    ],
)
def test_wrong_source_is_refused_and_the_rule_is_named(source: str, says: str) -> None:
    with pytest.raises(PolicyRefused, match=says):
        read_policy(source)


@pytest.mark.parametrize(
    "selector",
    [
        "#a", "a, b", "a:is(b, c) > d", ":has(> [data-x='a)b'])", r"a\:b", '[x="]"]', "a:not([b])", "svg|a", "*", "a b",
        "[href='a::b']", ":nth-child(2n+1 of .x)", ":before-x",
    ],
)  # fmt: skip
def test_selector_that_holds_together_has_no_fault(selector: str) -> None:
    assert fault_of(selector) is None


@pytest.mark.parametrize(
    "selector",
    [
        " ", "a,", ",a", "a,,b", "a:is(b", "[x", "[x='a]", "a)", "a]", "a:is(b]", "a/*", "a{", "a;b", "a\\",
        "a::before", "a:AFTER", ":is(a::before)", "@media", "a:is([x)", "'a", "a:is()", ":is(a, )", ":is(b:not(a,,b))",
    ],
)  # fmt: skip
def test_selector_that_would_swallow_the_next_or_find_nothing_has_one(selector: str) -> None:
    assert fault_of(selector)


@pytest.mark.parametrize(
    ("selector", "strange"),
    [
        (":where(.card:hoover)", ":hoover"), ("a:has(b)", ":has"), ("a:is(b:not(:user-valid))", ":user-valid"),
        ("a:IS(b):Hover", None), (r".md\:w-1", None), ("[x=':hoover']", None), ("li:nth-child(2n + 1 of .a)", None),
    ],
)  # fmt: skip
def test_pseudo_class_that_not_every_browser_understands_is_named(selector: str, strange: str | None) -> None:
    assert strange_pseudo_class_of(selector) == strange


def test_what_is_signed_opens_with_its_key_alone_and_not_when_a_byte_differs() -> None:
    pem = draw_key()
    policy = read_policy(SOURCE)
    signed = sign_policy(policy, pem)

    assert open_signed(signed, public_key_of(pem)) == open_signed(signed) == policy
    with pytest.raises(PolicyRefused, match="not signed by this key"):
        open_signed(signed, public_key_of(draw_key()))
    with pytest.raises(PolicyRefused, match="not signed by this key"):
        open_signed(signed.replace(b'"version":3', b'"version":4'), public_key_of(pem))
    with pytest.raises(PolicyRefused, match="is no signed policy"):
        open_signed(SOURCE.encode())
    with pytest.raises(PolicyRefused, match="public key"):
        open_signed(signed, "AA")


def test_policy_that_is_too_long_to_be_loaded_with_each_page_is_not_signed() -> None:
    rules = "".join(
        f'[[rules]]\nname = "{at}"\nmask = {[f"#{at}{n}" + "x" * 90 for n in range(10)]}\n' for at in range(100)
    )

    with pytest.raises(PolicyRefused, match="65536 are allowed"):
        sign_policy(read_policy(HEAD + rules), draw_key())


def test_sites_file_takes_the_version_from_the_signed_policy(tmp_path: Path) -> None:
    signed = sign_policy(read_policy(SOURCE), draw_key())
    (tmp_path / "my-shop.policy").write_bytes(signed)

    site = site_of("my-shop", {**TABLE, "policy_file": "my-shop.policy"}, tmp_path)

    assert (site.policy, site.policy_version) == (signed, 3)


@pytest.mark.parametrize(
    ("key", "more", "content", "says"),
    [
        ("my-shop", {}, None, "cannot be read"),
        ("my-shop", {}, SOURCE.encode(), "This is no signed policy"),
        ("other", {}, sign_policy(read_policy(SOURCE), draw_key()), "is a policy of 'my-shop'"),
        ("my-shop", {"policy_version": 2}, b"", "remove policy_version"),
    ],
)
def test_sites_file_refuses_what_is_no_signed_policy_of_that_site(
    tmp_path: Path, key: str, more: dict[str, int], content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "a.policy").write_bytes(content)

    with pytest.raises(SettingsError, match=says):
        site_of(key, {**TABLE, **more, "policy_file": "a.policy"}, tmp_path)


def beside(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BESIDE, "policy", *words], cwd=folder, capture_output=True, text=True, check=False)


def test_commands_make_a_key_sign_and_check(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(SOURCE, "utf-8")

    made = beside(tmp_path, "keygen", "key.pem")
    again = beside(tmp_path, "keygen", "key.pem")
    checked = beside(tmp_path, "check", "policy.toml")
    signed = beside(tmp_path, "sign", "policy.toml", "--key", "key.pem", "--out", "my-shop.policy")
    key = made.stdout.split('"')[1]
    verified = beside(tmp_path, "check", "my-shop.policy", "--key", key)
    (tmp_path / "policy.toml").write_text(SOURCE + 'show = [".a", ":checked"]', "utf-8")
    unsure = beside(tmp_path, "check", "policy.toml")
    (tmp_path / "policy.toml").write_text(SOURCE + 'block = [":is(.a:hoover)"]', "utf-8")
    misspelt = beside(tmp_path, "check", "policy.toml")
    (tmp_path / "policy.toml").write_text(SOURCE + 'hide = ["x"]', "utf-8")
    wrong = beside(tmp_path, "check", "policy.toml")

    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert (again.returncode, "cannot be written" in again.stderr) == (1, True)
    assert "Version 3 of the policy of 'my-shop' has 1 rules." in checked.stdout
    assert checked.stdout.count("\n") == 1
    assert "'prices' raises no drift alarm: what ':checked' finds may follow from what is typed." in unsure.stdout
    assert "The rule 'prices' uses ':hoover': where a browser does not know it, nothing is shared" in misspelt.stdout
    assert f'data-policy-key="{key}" data-policy-version="3"' in signed.stdout
    assert "signed by this key" in verified.stdout
    assert (wrong.returncode, wrong.stderr) == (1, "beside: The rule 'prices' has an unknown option 'hide'.\n")
