"""Pictures and drawings: what the page took of several sources, sprites, gradients, and what must not load."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext

from .both_sides import BothSides
from .conftest import Site

SPRITE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><defs>
<linearGradient id="shade"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs>
<symbol id="cart" viewBox="0 0 24 24"><path d="M3 3h18v12H3z" fill="url(#shade)"/><use xlink:href="#wheel"/></symbol>
<symbol id="wheel" viewBox="0 0 24 24"><circle cx="8" cy="19" r="3" fill="currentColor"/></symbol>
<symbol id="card" viewBox="0 0 99 24"><text y="20">4242 4242 4242 4242</text></symbol>
<g id="group"><rect width="20" height="20"/></g></svg>"""
USE = "<svg width=60 height=60 style='color: teal'><use {}></use></svg>"


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def shop(site: Site) -> Site:
    site.add("/sprite.svg", SPRITE, "image/svg+xml")
    for colour in ("red", "green", "blue"):
        site.add(f"/{colour}.png", picture(colour), "image/png")
    return site


def test_the_source_that_the_page_took_is_the_mirrors(context: BrowserContext, shop: Site) -> None:
    both = BothSides(
        context,
        shop,
        "<img src=/red.png srcset='/blue.png 2x, /green.png 1x'>"
        "<img srcset='/green.png 80w, /blue.png 160w' sizes=80px>"
        "<picture><source srcset=/blue.png media='(min-width: 500px)'><img src=/red.png width=80></picture>"
        "<img id=lazy data-src=/green.png width=80 height=60 alt=later><img src=/gone.png alt='No picture'>"
        "<input type=image src=/red.png alt=Go><input type=image src=/gone.png alt='Go now'>",
    )

    both.run("lazy.src = lazy.dataset.src; await lazy.decode()")
    both.mirror.wait_for("[...doc.images].every(({ complete }) => complete)")

    assert both.differing() == 0


@pytest.mark.parametrize("reference", ["href", "xlink:href", "href=/gone.svg#cart xlink:href"])
def test_a_symbol_of_a_sprite_file_is_drawn(context: BrowserContext, shop: Site, reference: str) -> None:
    if "gone" in reference:  # the first of the two counts, and is not to be had
        both = BothSides(context, shop, USE.format(f"{reference}=/sprite.svg#cart"))
        assert both.differing() == 0
        return
    both = BothSides(context, shop, USE.format(f"{reference}=/sprite.svg#cart") + USE.format("href=/sprite.svg#group"))

    both.page.wait_for_function("recording.model.outline().join().includes('<path')")
    both.sync()

    assert both.pictures()[1].getpixel((30, 30)) != (255, 255, 255)
    assert both.differing() == 0


@pytest.mark.parametrize("name", ["href", "xlink:href"])
def test_a_sprite_reference_follows_its_changes_and_keyframes(context: BrowserContext, shop: Site, name: str) -> None:
    both = BothSides(context, shop, "<p></p>")

    both.run("document.body.insertAdjacentHTML('beforeend', `" + USE.format(f"id=u {name}=/sprite.svg#cart") + "`)")
    both.page.wait_for_function("recording.model.outline().join().includes('<path')")
    both.run(f"u.attributes['{name}'].value = '/sprite.svg#wheel'")
    both.page.wait_for_function("!recording.model.outline().join().includes('<path')")
    both.sync()
    followed = both.differing()
    both.run("recording.capture.keyframe()")

    assert followed == 0
    assert both.differing() == 0


def test_a_reference_by_its_older_name_is_followed_where_nothing_loads(context: BrowserContext, site: Site) -> None:
    symbol = "<symbol id={0} viewBox='0 0 9 9'><rect width=9 height=9 fill={0} /></symbol>"
    symbols = f"<svg style='display: none'>{symbol.format('red')}{symbol.format('blue')}</svg>"
    both = BothSides(context, site, symbols + USE.format("id=u xlink:href=#red"))

    both.run("u.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#blue')")

    assert both.mirror.inside("doc.querySelector('use').getAttribute('href')") == "#blue"
    assert both.differing() == 0


def test_what_a_sprite_says_is_judged_as_the_page_is(context: BrowserContext, shop: Site) -> None:
    both = BothSides(context, shop, USE.format("href=/sprite.svg#card"))

    both.page.wait_for_function("recording.model.outline().join().includes('<text')")

    assert "4242" not in both.text


@pytest.mark.parametrize("address", ["data:image/svg+xml,<svg/>#x", "//localhost:1/sprite.svg#x", "javascript:x#x"])
def test_a_sprite_from_elsewhere_is_not_asked_for(context: BrowserContext, shop: Site, address: str) -> None:
    both = BothSides(context, shop, USE.format(f"href='{address}'") + USE.format("href=/sprite.svg#wheel"))

    both.page.wait_for_function("recording.model.outline().join().includes('<circle')")
    both.sync()

    # The one of the page's own is there: the other had its turn.
    assert both.mirror.inside("[...doc.querySelectorAll('use')].map((use) => use.getAttribute('href'))")[0] is None


def test_drawings_keep_their_gradients_masks_and_text(context: BrowserContext, site: Site) -> None:
    both = BothSides(
        context,
        site,
        """<svg style="display: none"><symbol id=s viewBox="0 0 9 9">
<rect width=9 height=9 fill=currentColor /></symbol></svg><svg width=40 height=40 color=teal><use href="#s"></use></svg>
<svg width=300 height=200 viewBox="0 0 300 200"><defs>
<linearGradient id=g gradientTransform="rotate(45)"><stop stop-color=gold /><stop offset=1 stop-color=red />
</linearGradient>
<mask id=m><rect width=90 height=90 fill=white /><circle cx=50 cy=50 r=20 /></mask>
<clipPath id=c clipPathUnits=objectBoundingBox><circle cx=.5 cy=.5 r=.5 /></clipPath>
<pattern id=p width=9 height=9 patternUnits=userSpaceOnUse><circle cx=4 cy=4 r=3 /></pattern>
<filter id=f><feGaussianBlur stdDeviation=3 /></filter></defs>
<rect width=90 height=90 fill="url(#g)" mask="url(#m)" /><rect x=95 width=80 height=90 clip-path="url(#c)" />
<rect x=180 width=90 height=50 fill="url(#p)" /><rect x=190 y=60 width=60 height=30 filter="url(#f)" />
<text x=10 y=150 letter-spacing=2>SVG <tspan fill=red dy=5>text</tspan></text>
<foreignObject x=10 y=160 width=150 height=40><div>foreign <b>HTML</b></div></foreignObject></svg>""",
    )

    assert both.differing() == 0
