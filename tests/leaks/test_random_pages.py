"""Random pages with random habits of frameworks, edited at random: no value of theirs leaves, and none is told apart.

`make leaks` looks at more of them, and at others each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.leaks.carriers import PASTED, TYPED, Carrier
from tests.leaks.lives import Lives, differences

CONTROLS = {
    "text": "<input id={id}>",
    "mail": "<input id={id} name=customer autocomplete=shipping>",
    "password": "<input id={id} type=password>",
    "name on a card": "<input id={id} autocomplete=cc-name>",
    "area": "<textarea id={id}></textarea>",
    "editor": "<div id={id} contenteditable tabindex=0></div>",
    "within a label": "<label>Name <input id={id}></label>",
}
# What pages do at every key: `c` the control, `p` a place of the page, `v` what the control holds then.
HABITS = {
    "none": "",
    "controlled attribute": "c.setAttribute('value', v);",
    "state in an attribute": "c.dataset.value = v; c.title = v;",
    "live preview": "p.textContent = v;",
    "preview in a sentence": "p.innerHTML = '<b>Dear</b> <i></i>'; p.lastChild.textContent = v;",
    "title of the page": "document.title = v;",
    "hidden twin": "p.innerHTML = '<input type=hidden>'; p.firstChild.value = v;",
    "growing box": "p.innerHTML = '<div style=\"visibility: hidden\"></div>'; p.firstChild.textContent = v;",
    "variable": "p.style.setProperty('--v', JSON.stringify(v));",
    "printed attribute": "p.dataset.copy = v;",
    "address": "history.replaceState({ v }, '', '?q=' + encodeURIComponent(v));",
    "swapped place": "const q = document.createElement('p'); q.id = p.id; q.textContent = v; p.replaceWith(q);",
    "label of a button": "p.innerHTML = '<button type=button></button>'; p.firstChild.textContent = v;",
}
# What scripts do: `c` a control, `p` a place, `v` a value, `held` what the control holds.
EDITS = {
    "set": "set(c, v);",
    "set and told": "set(c, v); tell(c, 'input'); tell(c, 'change');",
    "filled in": "set(c, v); tell(c, 'change');",
    "attribute": "c.setAttribute('value', v);",
    "shown later": "p.textContent = held(c);",
    "shown in two": "const t = held(c); p.replaceChildren(t.slice(0, 3), t.slice(3));",
    "shown anew": "const q = document.createElement('p'); q.textContent = held(c); document.body.append(q);",
    "shown in capitals": "p.textContent = held(c).toUpperCase();",
    "shown as an alternative text": "p.innerHTML = '<img width=9 height=9>'; p.firstChild.alt = held(c);",
    "cleared": "set(c, ''); tell(c, 'input');",
    "moved": "document.body.append(c);",
    "disabled": "c.toggleAttribute('disabled');",
    "another type": "c.type = c.type === 'password' ? 'text' : 'password';",
    "reset": "document.querySelector('form').reset();",
    "route": "history.pushState({}, '', '/made/next');",
    "keyframe": "recording.capture.keyframe();",
    "paused": "recording.capture.pause(); set(c, v); p.textContent = held(c); recording.capture.resume();",
    "entered": "c.focus();",
    "left": "document.activeElement?.blur();",
}
NUMBER = st.integers(min_value=0, max_value=2)
PAGES = st.lists(st.tuples(st.sampled_from(sorted(CONTROLS)), st.sampled_from(sorted(HABITS))), min_size=1, max_size=3)
STEPS = st.lists(
    st.tuples(st.sampled_from([TYPED, PASTED, TYPED, *sorted(EDITS)]), NUMBER, NUMBER), min_size=1, max_size=6
)
EXAMPLES = int(os.environ.get("BESIDE_PROPERTY_EXAMPLES", "6"))
SCRIPT = """
const set = (c, v) => { if ("value" in c) c.value = v; else c.textContent = v; };
const held = (c) => "value" in c ? c.value : c.textContent;
const tell = (c, type) => c.dispatchEvent(new InputEvent(type, { bubbles: true }));
const control = (at) => { const all = document.querySelectorAll(".control"); return all[at % all.length]; };
const place = (at) => document.querySelector("#p" + at);
"""


def generated(page: list[tuple[str, str]], steps: list[tuple[str, int, int]]) -> Carrier:
    """A page, and what is done to it, as a carrier of which each step is a state."""
    body = "".join(
        CONTROLS[kind].format(id=f"c{at}").replace(" id=", " class=control id=") for at, (kind, _) in enumerate(page)
    )
    places = "".join(f"<p id=p{at}>.</p>" for at in range(3))
    habits = "".join(
        f"document.querySelector('#c{at}').addEventListener('input', ({{ target: c }}) => "
        f"{{ const p = place({at}), v = held(c); {HABITS[habit]} }});"
        for at, (_, habit) in enumerate(page)
    )
    ways: dict[str, str] = {}
    for number, (what, at, where) in enumerate(steps):
        if what in (TYPED, PASTED):
            ways[f"{number} to be {what}"] = f"window.at = control({at});"
            ways[f"{number} {what}"] = what
        else:
            ways[f"{number} {what}"] = f"const c = control({at}), p = place({where}); {EDITS[what]}"
    return Carrier(
        f"{page}, {steps}",
        f"<form>{body}</form>{places}",
        ways,
        head="<style>[data-copy]::after { content: attr(data-copy) }</style>",
        find="window.at",
        page=f"{SCRIPT} addEventListener('DOMContentLoaded', () => {{ {habits} }});",
    )


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(page=PAGES, steps=STEPS)
def test_no_random_page_leaks_or_tells_two_values_apart(
    lives: Lives, page: list[tuple[str, str]], steps: list[tuple[str, int, int]]
) -> None:
    carrier = generated(page, steps)
    one, other = lives.run([carrier])

    assert [*one.errors, *other.errors] == []
    assert [one.leaks(), other.leaks()] == [{}, {}]
    assert differences(one, other) == [] or lives.told_again(carrier) == []
