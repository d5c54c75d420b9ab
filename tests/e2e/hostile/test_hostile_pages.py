"""Hostile pages under the real snippet: what they do to their own shopper they cannot do to the agent."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.e2e.hostile.people import AGENT, WatchedAgent
from tests.e2e.hostile.stranger import Stranger
from tests.e2e.hostile.tables import CARRIERS
from tests.e2e.people import Shopper

# Roles, ids and names that a plain object answers to; an element of a namespace that is none.
PROTOTYPE = """<p role=constructor id=constructor>text</p><p role=__proto__ id=__proto__ class=toString>text</p>
<input name=constructor autocomplete="constructor" aria-label="Constructor" data-beside=show value=1>
<input type=constructor name=__proto__ autocomplete=__proto__ aria-label="Prototype"><x-__proto__>text</x-__proto__>
<script>
  for (const name of ["constructor", "__proto__", "toString", ""])
    document.body.append(document.createElementNS(name, "odd"));
  document.body.setAttribute("__proto__", "polluted");
</script>"""
# The page's own script does all of it again, by the ways that scripts have.
AGAIN = """() => {
  const all = document.querySelector("#all");
  const copy = all.cloneNode(true);
  copy.id = "again";
  all.after(copy);
  for (const node of all.querySelectorAll("*"))
    for (const { name, value } of [...Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get.call(node)])
      Element.prototype.setAttribute.call(node, name, value + " ");
  document.adoptedStyleSheets = [...document.styleSheets].flatMap((sheet) => {
    try {
      const made = new CSSStyleSheet();
      for (const { cssText } of sheet.cssRules)
        if (!cssText.startsWith("@import")) made.insertRule(cssText, made.cssRules.length);
      return [made];
    } catch { return []; }
  });
  const host = document.createElement("div");
  host.attachShadow({ mode: "open" }).append(all.cloneNode(true));
  all.after(host);
}"""


def test_every_carrier_as_a_page_does_nothing_to_the_agent(
    agent: WatchedAgent, stranger: Stranger, new_context: Callable[..., BrowserContext]
) -> None:
    shop = agent.shop
    carriers = "".join(one.write(key, stranger.origin) for key, one in CARRIERS.items() if not one.apart)
    shop.page.body = f"""<!doctype html><html lang=en><head><title>Shop</title>{shop.tag}</head><body>
        <h1>Own shop</h1>{PROTOTYPE}<div id=all>{carriers}</div></body></html>"""
    shopper = Shopper(new_context().new_page(), shop.places)
    agent.open(shop.launch_link())
    shopper.page.goto(f"{shop.origin}/")
    shopper.accept(agent.share_code())
    agent.wait_for_state("Live")
    agent.wait_for_picture("Own shop")

    shopper.page.evaluate(AGAIN)
    last = f"{shop.origin}/allowed/last.png"
    shopper.page.evaluate("(src) => document.body.append(Object.assign(new Image(), { src }))", last)
    agent.wait_for_request(last)
    agent.touch_everything()
    agent.wait_for_state("Live")

    assert agent.harm() == {}
    assert stranger.asked_by(AGENT) == []
    assert len(stranger.asked) > 50
