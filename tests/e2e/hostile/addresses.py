"""Carriers that ask a stranger for something, or leave for them: what would tell a page's owner of the agent's browser."""

from __future__ import annotations

from tests.e2e.hostile.carriers import ASKS, CLICK, CONNECTS, ENTER, LEAVES, Carrier

PICTURES = [
    Carrier("picture", '<img src="{url}">', ASKS),
    Carrier("picture by srcset", '<img srcset="{url} 1x">', ASKS),
    Carrier("picture of many", '<picture><source srcset="{url}"><img></picture>', ASKS),
    Carrier("lazy picture", '<img loading=lazy src="{url}">', ASKS),
    Carrier("picture of a drawing", '<svg width=9 height=9><image href="{url}" width=9 height=9 /></svg>', ASKS),
    Carrier("picture of a drawing by xlink", '<svg><image xlink:href="{url}" width=9 height=9 /></svg>', ASKS),
    Carrier(
        "picture of a filter",
        '<svg width=9 height=9><filter id=f><feImage href="{url}"/></filter><rect width=9 height=9 filter=url(#f) /></svg>',
        ASKS,
    ),
    Carrier(
        "picture that is set",
        '<svg width=9 height=9><image width=9 height=9><set attributeName=href to="{url}"/></image></svg>',
        ASKS,
    ),
    Carrier("use of another file", '<svg><use href="{url}#a"/></svg>', ASKS),
    Carrier("image button", '<input type=image src="{url}">', ASKS),
    Carrier("background of a body", '<body background="{url}">', ASKS),
    Carrier("background of a table", '<table background="{url}"><td>x</td></table>', ASKS),
    Carrier("poster", '<video poster="{url}"></video>', ASKS),
    Carrier("base of another host", '<base href="{url}/"><img src="picture.png">', ASKS, apart=True),
    Carrier(
        "address in an image's drawing",
        """<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}' width='9' height='9'/></svg>">""",
        ASKS,
        outlived="what is shown as an image loads nothing",
    ),
]
RESOURCES = [
    Carrier("script of a file", '<script src="{url}"></script>', ASKS),
    Carrier("style sheet of a file", '<link rel=stylesheet href="{url}">', ASKS),
    Carrier("style sheet of a drawing", "<svg><style>@import '{url}';</style></svg>", ASKS),
    Carrier("icon", '<link rel=icon href="{url}">', ASKS, outlived="the headless shell has no tabs to show icons in"),
    Carrier("prefetch", '<link rel=prefetch href="{url}">', ASKS),
    Carrier("preload", '<link rel=preload as=image href="{url}">', ASKS),
    Carrier("preload of a module", '<link rel=modulepreload href="{url}">', ASKS),
    Carrier("manifest", '<link rel=manifest href="{url}">', ASKS, outlived="asked for only where an app is installed"),
    Carrier("manifest of an html", '<html manifest="{url}">', ASKS, outlived="browsers dropped it"),
    Carrier(
        "preconnect",
        '<link rel=preconnect href="{url}">',
        CONNECTS,
        outlived="the browsers of the tests open no connection ahead",
    ),
    Carrier(
        "names looked up ahead",
        '<link rel=dns-prefetch href="{url}">',
        CONNECTS,
        outlived="names under localhost are never looked up, so no test sees it",
    ),
    Carrier(
        "speculation",
        """<script type=speculationrules>{"prefetch": [{"urls": ["{url}"], "eagerness": "immediate"}]}</script>""",
        ASKS,
        alone=True,
    ),
    Carrier("sound", '<audio src="{url}" preload=auto></audio>', ASKS),
    Carrier("film", '<video src="{url}" preload=auto></video>', ASKS),
    Carrier("source of a film", '<video preload=auto><source src="{url}"></video>', ASKS),
    Carrier(
        "subtitles",
        '<video preload=auto src="data:video/mp4,"><track default kind=subtitles src="{url}"></video>',
        ASKS,
    ),
    Carrier("portal", '<portal src="{url}"></portal>', ASKS, outlived="no browser has it"),
    Carrier("fenced frame", '<fencedframe src="{url}"></fencedframe>', ASKS, outlived="asks by a config alone"),
]
DOCUMENTS = [
    Carrier("frame", '<iframe src="{url}"></iframe>', LEAVES),
    Carrier("frame of a frameset", '<frameset><frame src="{url}"></frameset>', LEAVES, alone=True, apart=True),
    Carrier("object", '<object data="{url}" type="text/html"></object>', LEAVES),
    Carrier("embed", '<embed src="{url}" type="text/html">', LEAVES),
    Carrier("refresh", '<meta http-equiv=refresh content="0;url={url}">', LEAVES, apart=True),
    Carrier("link", '<a href="{url}">text</a>', LEAVES, by=CLICK),
    Carrier("link by Enter", '<a href="{url}">text</a>', LEAVES, by=ENTER),
    Carrier("link to the top", '<a href="{url}" target=_top>text</a>', LEAVES, by=CLICK, alone=True),
    Carrier("link to the parent", '<a href="{url}" target=_parent>text</a>', LEAVES, by=CLICK, alone=True),
    Carrier("link by a base's target", '<base target=_top><a href="{url}">text</a>', LEAVES, by=CLICK, alone=True),
    Carrier(
        "link of a drawing to the top",
        '<svg width=20 height=20><a href="{url}" target=_top><rect width=20 height=20 /></a></svg>',
        LEAVES,
        by=CLICK,
        alone=True,
    ),
    Carrier("form", '<form action="{url}"><button>x</button></form>', LEAVES, by=CLICK),
    Carrier("form by Enter", '<form action="{url}"><input name=q></form>', LEAVES, by=ENTER),
    Carrier(
        "form that posts to the top",
        '<form action="{url}" method=post target=_top><button>x</button></form>',
        LEAVES,
        by=CLICK,
        alone=True,
    ),
    Carrier(
        "button with a form's address",
        '<form><button formaction="{url}" formmethod=post>x</button></form>',
        LEAVES,
        by=CLICK,
    ),
    Carrier(
        "button with a form's target",
        '<form action="{url}"><button formtarget=_top>x</button></form>',
        LEAVES,
        by=CLICK,
        alone=True,
    ),
    Carrier("ping", '<a href="#x" ping="{url}">text</a>', ASKS, by=CLICK),
]
ADDRESSES = [*PICTURES, *RESOURCES, *DOCUMENTS]
