"""The parts of the masking policy that need no page: words, patterns, addresses, CSS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.unit.dom.conftest import Site


@pytest.fixture(scope="module")
def bundle(browser: Browser, bundles: Path, web_server: list[Site]) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(web_server[-1].page("<p>x</p>"))
    opened.add_script_tag(url=f"{web_server[-1].origin}/build/capture.js")
    yield opened
    opened.close()


def call(bundle: Page, name: str, *arguments: Any) -> Any:
    return bundle.evaluate("([name, args]) => beside[name](...args)", [name, list(arguments)])


@pytest.mark.parametrize(
    "words",
    [
        "cardNumber", "card_number", "CARD-NO", "cc-number", "ccnum", "Card number",
        "Credit card", "cvc", "cvv2", "CVC2",
        "securityCode", "Expiry date", "expMonth", "IBAN", "Account number", "pin", "user-PIN", "password", "passwd",
        "newPassword", "otp", "one-time code", "verification_code", "SMS code",
        "رقم البطاقة", "كلمة المرور", "كلمة السر",
        "رمز التحقق", "卡号", "信用卡号码", "密码", "安全码", "验证码", "驗證碼", "有效期", "Gift card",
    ],
)  # fmt: skip
def test_words_of_secrets_are_known(bundle: Page, words: str) -> None:
    assert call(bundle, "saysSecret", words)


@pytest.mark.parametrize(
    "words",
    [
        "shipping", "shipping address", "discard", "Cardiff", "cardigan size",
        "pinboard", "spinner", "opinion", "export",
        "expect", "company", "town", "postcode", "first name", "passenger",
        "compass", "quantity", "السعر", "地址", "姓名",
        "الاسم", "coupon", "space", "postcards",
    ],
)  # fmt: skip
def test_words_that_only_hold_them_are_not(bundle: Page, words: str) -> None:
    assert not call(bundle, "saysSecret", words)


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com", "Write to ann.b+shop@mail.example.co.uk today", "ann＠example.com", "Call +44 20 7946 0958",
        "020 7946 0958", "07700 900123", "07700900123", "(555) 123-4567",
        "555-123-4567", "13912345678", "+966 50 123 4567",
        "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "+4 4 2 0 7 9 4 6",
        "4242 4242 4242 4242", "4242424242424242", "4242-4242-4242-4242", "3782 822463 10005",
        "Card 4242\u200b424242424242", "•••• 4242", "**** **** **** 4242", "xxxx-4242",
        "Visa ending in 4242", "Visa 4242", "•4242", "•٤٢٤٢",
        "Mastercard •4242", "尾号4242", "GB82 WEST 1234 5698 7654 32",
        "Visa ending 4242", "Card that ends in 4242 was charged", "Account ending with 4242", "Last four digits: 4242",
        "Card no. 4242", "Card number: 4242", "Card #4242", "Your card 4242 was charged", "Discover 4242",
        "Visa (4242)", "Mastercard (credit) 4242", "Amex, no. 4242", "Discover • 4242", "Visa •• 4242", "Card ··4242",
        "Visa …4242", "XX4242", "تنتهي بـ 4242", "بطاقة تنتهي بالأرقام ٤٢٤٢",
        "Card x4242", "Account ending in X4242", "Card on file: 4242",
        "424242XXXXXX4242", "453275xxxxxx4242", "4XXXXXXXXXXX4242", "VisaXXXX4242", "card_xxxx4242", "• • • • 4242",
        "Visa •••• 4242 $59.90", "VISA **** 4242 £12", "Mastercard ****4242 €10", "Visa ending in 4242 €59.90",
        "尾号4242 ¥99.00", "•••• 4242€", "Visa 4242 GB", "**** 4242 MB", "Visa 4242,12/27", "Card – 4242",
        "Credit card — 4242", "Card · 4242", "Card ending in “4242”", "Last 4 digits are 4242", "Card number is 4242",
        "Card used: 4242", "تنتهي في 4242", "المنتهية في 4242", "تنتهي: 4242",
        "المنتهية ب4242", "تنتهي 4242", "末四位：4242",
        "DE89370400440532013000", "de89 3704 0044 0532 0130 00",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S", "DE89 3704 0044 XXXX XXXX 00",
    ],
)  # fmt: skip
def test_text_that_looks_personal(bundle: Page, text: str) -> None:
    assert call(bundle, "looksPersonal", text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Running shoes", "€ 1,299.00", "1 299,00 kr", "12 items", "2024-05-12", "05/12/2024", "12.05.2024 10:30",
        "Size 42/43", "Order 100234", "5012345678900", "SKU 0012345678905", "A4 paper, 500 sheets", "@shop", "Save 20%",
        "Delivered 3-5 May", "1080 x 1920", "iPhone 15 Pro 256 GB", "x 2", "Open 09:00 - 18:00", "4.8 (1,204 reviews)",
        "9:41", "Version 2024.10.1", "JD014600003891234567", "Step 2 of 4", "10 x 1000 mm",
        "Discover our 2025 collection", "Discover 2025", "Discover 1200 products", "Graphics card RTX 4090",
        "Memory card 1024 GB", "SD card 1024GB", "Gift card 2024", "Gift card 1000 €", "Gift card $1000",
        "• 5000 mAh battery", "•5000 mAh", "Apple iPhone • 2023 • 256 GB", "Sale ends Sunday, 1200 items",
        "Sale ends in 2025", "Sale ends 1200 items later", "تنتهي 2025", "Maxx 2000", "تنتهي في 2025", "Card – $1000",
        "Fuji XT30 Body Only", "TV55 OLED 2024 Neo", "EU42 Blue Wide fit", "Anzug Gr52 grau slim",
    ],
)  # fmt: skip
def test_text_of_shops_that_does_not(bundle: Page, text: str) -> None:
    assert not call(bundle, "looksPersonal", text)


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        (["4242", "4242", "4242", "4242"], 4),
        (["4242 ", "4242", " 4242-", "4242"], 4),
        (list("4242424242424242"), 16),
        (["Card: ", "4242 4242", " 4242 4242", " thanks"], 2),
        (["GB82 WEST", " 1234 5698", " 7654 32"], 3),
        (["4242 4242 4242 4243"], 0),
        ([str(day) for day in range(1, 32)], 0),
        (["12", "34", "56", "78", "90", "12", "34", "56"], 0),
        (["4242  ", "|", " 4242 4242 4242"], 0),
        (["4006381333931", "4006381333931"], 0),
        # An article number by its check digit, and a Visa number of the 1990s by Luhn's.
        (["4222222222222"], 0),
    ],
)
def test_tripwire_reads_across_nodes(bundle: Page, pieces: list[str], found: int) -> None:
    assert bundle.evaluate("pieces => beside.tripped(pieces).size", pieces) == found


def test_no_number_reaches_beyond_where_texts_are_looked_through(bundle: Page) -> None:
    # Numbers and words of a shop's page, cut anywhere, in any order: what all of it together trips, each text's
    # surroundings alone must trip too.
    missed, tripped = bundle.evaluate(
        """() => {
          let seed = 7;
          const random = (below) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below;
          const WORDS = ["4242424242424242", "4242 4242 4242 4242", "GB82 WEST 1234 5698 7654 32", "GB82",
            "DE89370400440532013000", "3782-822463-10005", "Add to basket", "12.50", "|", "-", " ", "AB", "7", "2 of 4",
            "WEST", "1234"];
          const around = (pieces, at, step) => {
            const found = [];
            const reach = new beside.Reach(0);
            for (let next = at + step; next >= 0 && next < pieces.length && !reach.isOver; next += step) {
              found.push(pieces[next]);
              reach.pass(pieces[next]);
            }
            return found;
          };
          let tripped = 0;
          const missed = [];
          for (let round = 0; round < 1500; round++) {
            const pieces = [];
            for (let n = 0; n < 12; n++) {
              let text = WORDS[random(WORDS.length)];
              while (text.length > 1 && random(3)) {
                const cut = 1 + random(text.length - 1);
                pieces.push(text.slice(0, cut));
                text = text.slice(cut);
              }
              pieces.push(text);
            }
            for (const at of beside.tripped(pieces)) {
              tripped++;
              const before = around(pieces, at, -1).reverse();
              const near = [...before, pieces[at], ...around(pieces, at, 1)];
              if (!beside.tripped(near).has(before.length)) missed.push([pieces, at]);
            }
          }
          return [missed, tripped];
        }"""
    )

    assert missed == []
    assert tripped > 1000


@pytest.mark.parametrize(
    ("path", "reduced"),
    [
        ("/", "/"),
        ("/checkout/payment", "/checkout/payment"),
        ("/orders/4711", "/orders/:id"),
        ("/u/ann@example.com", "/u/:id"),
        ("/u/ann%40example.com/x", "/u/:id/x"),
        ("/reset/abcdefghijklmnop", "/reset/:id"),
        ("/a/abcdefghijklmno", "/a/abcdefghijklmno"),
        ("/طلب/٤٢", "/طلب/:id"),
        ("/%E0%A4%A", "/:id"),
    ],
)
def test_paths_are_reduced(bundle: Page, path: str, reduced: str) -> None:
    assert call(bundle, "reducePath", path) == reduced


BASE = "https://shop.example/a/b.html?q=1"


@pytest.mark.parametrize(
    ("raw", "judged"),
    [
        ("c.png", "https://shop.example/a/c.png"),
        ("/c.png?token=1#x", "https://shop.example/c.png"),
        ("https://user:pass@cdn.example/c.png", "https://cdn.example/c.png"),
        ("https://img.example/c?w=1", "https://img.example/c?w=1"),
        ("/i.svg?v=1#shoe", "https://shop.example/i.svg#shoe"),
        ("/u/ann%40example.com.png", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("data:image/png;base64,AA==", "data:image/png;base64,AA=="),
        ("blob:https://shop.example/1", ""),
        ("//cdn.example/x.woff2", "https://cdn.example/x.woff2"),
        ("http://", ""),
        ("/u/anna@shop.example/p.png", ""),
        ("/u/anna@shop.example.png", ""),
        ("/u/anna@163.com", ""),
        ("/u/anna%40163.com.jpeg", ""),
        *(
            (path, f"https://shop.example{path}")
            for path in (
                *("/logo@2x.png", "/logo@1.5x.webp", "/logo@3x.min.png", "/banner@mobile.avif"),
                *("/npm/bootstrap@5.3.3/dist/css/bootstrap.min.css", "/npm/@fortawesome/free@6.4.0/css/all.min.css"),
                *("/vue@next/a.css", "/npm/swiper@11/swiper-bundle.min.css"),
            )
        ),
    ],
)
def test_asset_addresses_are_judged(bundle: Page, raw: str, judged: str) -> None:
    assert call(bundle, "assetUrl", raw, BASE, ["img.example"]) == judged


@pytest.mark.parametrize(
    ("css", "judged"),
    [
        ("a{color:red}", "a{color:red}"),
        ("a{background:url(x.png?pan=1)}", 'a{background:url("https://shop.example/a/x.png")}'),
        ("a{background:url( 'x.png' )}", 'a{background:url("https://shop.example/a/x.png")}'),
        ('a{background:URL("a)b.png")}', 'a{background:url("https://shop.example/a/a)b.png")}'),
        ("a{background:url(\\78.png)}", 'a{background:url("https://shop.example/a/x.png")}'),
        ("a{fill:url(#g)}", 'a{fill:url("#g")}'),
        ("a{background:url(javascript:x)}", 'a{background:url("about:invalid")}'),
        ('@import "x.css?u=1";', '@import url("https://shop.example/a/x.css");'),
        ("@import url(x.css) print;", '@import url("https://shop.example/a/x.css") print;'),
        ("/* url(secret) */a{}", "/**/a{}"),
        ('a{content:"/* url(x) */"}', 'a{content:"/* url(x) */"}'),
        ("a{background:url()}", 'a{background:url("about:invalid")}'),
        ("a{b:url(data:image/png;base64,AA==)}", 'a{b:url("data:image/png;base64,AA==")}'),
        ("a{b:url(/p.png?q=Ann Example)}b{}", 'a{b:url("about:invalid")}b{}'),
        ('a{b:url("x.png" y)}', 'a{b:url("about:invalid")}'),
        ("a{b:url(/p.png", 'a{b:url("https://shop.example/p.png")'),
        ("@import 'x.css?u=1' print;", '@import url("https://shop.example/a/x.css") print;'),
        # An escape outside a string may stand for a quote, and begins none.
        ('.a\\"b{background:url("/x.png?t=1")}', '.a\\"b{background:url("https://shop.example/x.png")}'),
        ('a{background:u\\72 L("/x.png?t=1")}', 'a{background:url("https://shop.example/x.png")}'),
        (
            'a{background:image-set("x.png?t=1" type("image/png") 1x, url(y.png) 2x)}',
            'a{background:image-set(url("https://shop.example/a/x.png") type("image/png") 1x, '
            'url("https://shop.example/a/y.png") 2x)}',
        ),
    ],
)
def test_css_addresses_are_judged(bundle: Page, css: str, judged: str) -> None:
    assert call(bundle, "judgeCss", css, BASE, []) == judged


def test_css_of_a_masked_part_loads_nothing(bundle: Page) -> None:
    assert call(bundle, "judgeCss", "background:url(x.png)", BASE, [], False) == 'background:url("about:invalid")'
