"""What a page of many fields costs the shopper's browser: it is gone through as often as for a few of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import Recording

# In each realm, so that the engine takes it for the browser's own work; what is looked for in one field's box is not
# counted.
COUNTED = """{
  const realms = [Document, Element, DocumentFragment];
  for (const { prototype } of realms) {
    const { querySelectorAll } = prototype;
    prototype.querySelectorAll = function (selector) {
      if (/^(?:#document|form)$/i.test(this.nodeName)) top.searches++;
      return querySelectorAll.call(this, selector);
    };
  }
  if (top === window) window.searches = 0;
}"""
SECRET = "<input type=password name=secret value=x>"


@pytest.mark.parametrize(
    "field",
    [
        "<label>Pieces <input name=pieces value=1></label>",
        "<input type=number value=1>",
        "<select><option>one</select>",
        "<div contenteditable>one</div>",
        "<div role=textbox>one</div>",
        "<form><input name=pieces value=1></form>",
    ],
)
@pytest.mark.parametrize("around", ["{}", "<form>{}</form>"])
def test_page_is_gone_through_as_often_for_many_fields_as_for_a_few(
    page: Page, site: Site, field: str, around: str
) -> None:
    def searches(count: int) -> int:
        fields = f"<p>{field}</p>" * count
        recording = Recording(page, site, around.format(SECRET + fields), settings="{ slice_ms: 10_000 }")
        recording.run("searches = 0; recording.capture.keyframe()")
        searched: int = page.evaluate("searches")
        return searched

    page.add_init_script(COUNTED)
    few = searches(3)

    many = searches(60)

    assert few > 0
    assert many == few
