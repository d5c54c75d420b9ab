"""The pages of the leak suite over real sockets: a carrier of each kind of place, each with a canary of its own.

`{name}` stands for the canary of that name. Every carrier but `SHOWN` is to leave nothing; `SHOWN` is to be found
wherever shown content goes, which is what makes the search one that can fail. Knows nothing of how pages are driven.
"""

from __future__ import annotations

import re

from tests.leaks.values import Dice, value_of

SHOWN = "shown field"
# There from the start; what a person types, a script sets, an attribute says or a form sets back; what repeats a value.
PAGE = """<form id=f>
<label>Name <input id=typed></label>
<label>Street <textarea id=area></textarea></label>
<label>Secret <input id=secret type=password value="{password}"></label>
<label>Card <input id=card autocomplete=cc-number></label>
<label>Day <input id=filled value="{input that is filled}"></label>
<label>Choice <select id=choice><option>One<option value="{option value}">{option}</select></label>
<label>Box <input id=box type=checkbox value="{box}"></label>
<input type=hidden name=customer value="{hidden input}">
<label>By script <input id=scripted></label>
<label>By attribute <input id=attribute></label>
<label>Set back <input id=reset></label>
<label>Shown <input id=shown data-beside=show value="{shown field}"></label>
<button id=elsewhere type=button>Next</button></form>
<div id=rich contenteditable>{rich text}</div>
<p title="{title attribute}" data-customer="{data attribute}">text</p>
<p id=echo>.</p><p id=label aria-label=".">text</p><p id=styled>text</p><style id=sheet>p {{ color: teal }}</style>
<p data-beside=mask>{masked text}</p><p data-beside=block>{blocked text}</p><address>{address}</address>
<a href="/page?q={link query}#{link fragment}">A link</a><img alt="" src="/picture.png?q={picture query}">
<!--{comment}--><noscript>{noscript}</noscript><template>{template}</template><script type=text/plain>{script}</script>
<iframe title=inner srcdoc="<input value='{input in a frame}'><p>{text in a frame}</p>"></iframe>
<div id=open></div><div id=closed></div>
<script>
  document.querySelector("#open").attachShadow({ mode: "open" }).innerHTML = '<input value="{input in an open root}">';
  document.querySelector("#closed").attachShadow({ mode: "closed" }).innerHTML = '<p>{closed root}</p>';
  document.title = "{title}";
  document.cookie = "v={cookie}";
  localStorage.setItem("v", "{storage}");
  history.replaceState({ v: "{history state}" }, "");
  console.log("{console}");
  document.querySelector("#typed").addEventListener("input", (event) => {
    const typed = event.target.value;
    document.querySelector("#echo").textContent = "Hello " + typed;
    document.querySelector("#label").setAttribute("aria-label", typed);
    document.querySelector("#sheet").textContent = '#styled::after { content: "' + typed + '" }';
  });
</script>"""
# The shop's next page prints what was typed on the one before.
NEXT = """<h1>Order</h1><p>{input that is typed}</p><p>{textarea that is typed}</p>
<label>Name <input value="{input that is typed}"></label><p title="{title attribute}">Thank you</p>"""
BY_SCRIPT = """({ property, attribute, back }) => {
  document.querySelector("#scripted").value = property;
  document.querySelector("#attribute").setAttribute("value", attribute);
  const reset = document.querySelector("#reset");
  reset.defaultValue = back;
  reset.value = "";
  reset.value = reset.defaultValue;
  history.pushState({}, "", "/page?q=" + encodeURIComponent(property));
}"""

TYPED = {"#typed": "input that is typed", "#area": "textarea that is typed", "#card": "card that is typed"}
SET = {"property": "input by script", "attribute": "input by attribute", "back": "input that is set back"}


def kind_of(name: str) -> str:
    return "card" if name.startswith("card") else "text"


def canary(name: str) -> str:
    """The canary of a carrier: another one of each name, the same at every run.

    Of letters alone, but for the card: six digits in a row of any of forty canaries stand now and then by chance in the
    times of a log and the ids of a store.
    """
    if kind_of(name) == "card":
        return value_of("card", f"over sockets, {name}", 0)
    dice = Dice(f"over sockets, {name}")
    return f"{dice.word(6)} {dice.word(4)}é {dice.word(8)}"


def names() -> list[str]:
    """All carriers of both pages and of what is done to them."""
    return list(dict.fromkeys([*re.findall(r"\{([a-z ]+)\}", PAGE + NEXT), *TYPED.values(), *SET.values()]))


def written(page: str) -> str:
    """The page with its canaries."""
    for name in names():
        page = page.replace(f"{{{name}}}", canary(name))
    return page.replace("{{", "{").replace("}}", "}")
