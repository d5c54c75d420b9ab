"""Carriers that run a script in whoever shows them, open a dialog or a window, or stand where the document's members do."""

from __future__ import annotations

from tests.e2e.hostile.carriers import (
    CLICK,
    CLOBBERS,
    DIALOG,
    DOWNLOAD,
    ENTER,
    FOCUS,
    HOVER,
    POPUP,
    REPARSE,
    RUNS,
    Carrier,
)

IMAGES_RUN_NOTHING = "what is shown as an image runs no script"
ELEMENTS = [
    Carrier("script", "<script>{run}</script>", RUNS),
    Carrier("script of a module", "<script type=module>{run}</script>", RUNS),
    Carrier("script of a drawing", "<svg><script>{run}</script></svg>", RUNS),
    Carrier("script of a drawing by data", '<svg><script href="data:text/javascript,{run%}"/></svg>', RUNS),
    Carrier("script of a drawing by xlink", '<svg><script xlink:href="data:text/javascript,{run%}"/></svg>', RUNS),
    Carrier("script in foreignObject", "<svg><foreignObject><script>{run}</script></foreignObject></svg>", RUNS),
    Carrier(
        "script in a formula",
        '<math><semantics><annotation-xml encoding="text/html"><script>{run}</script></annotation-xml></semantics></math>',
        RUNS,
    ),
    Carrier(
        "script of a declared shadow root",
        "<div><template shadowrootmode=open><script>{run}</script></template></div>",
        RUNS,
    ),
    Carrier("srcdoc", '<iframe srcdoc="<script>{run}</script>"></iframe>', RUNS),
    Carrier("frame of data", '<iframe src="data:text/html,<script>{run%}</script>"></iframe>', RUNS),
    Carrier("frame of a script's address", '<iframe src="javascript:{run}"></iframe>', RUNS),
    Carrier("object of data", '<object data="data:text/html,<script>{run%}</script>"></object>', RUNS),
    Carrier("embed of data", '<embed src="data:text/html,<script>{run%}</script>">', RUNS),
    Carrier(
        "drawing as an embed",
        """<embed src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script>{run%}</script></svg>">""",
        RUNS,
    ),
    Carrier(
        "drawing as an image",
        """<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{run%}'/>">""",
        RUNS,
        outlived=IMAGES_RUN_NOTHING,
    ),
    Carrier(
        "use of data",
        """<svg><use href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' id='x' onload='{run%}'/>#x"/></svg>""",
        RUNS,
        outlived="Chromium 119 and Safari take no data for <use>",
    ),
]
HANDLERS = [
    Carrier("onerror", '<img src="data:," onerror="{run}">', RUNS),
    Carrier("onload of a drawing", '<svg onload="{run}"></svg>', RUNS),
    Carrier("onload of a body", '<body onload="{run}">', RUNS),
    Carrier("onload of a frame", '<iframe onload="{run}"></iframe>', RUNS),
    Carrier("onload of a style", '<style onload="{run}">x { color: red }</style>', RUNS),
    Carrier("autofocus", '<input autofocus onfocus="{run}">', RUNS, by=FOCUS),
    Carrier("onfocus by tabindex", '<p tabindex=0 onfocus="{run}">text</p>', RUNS, by=FOCUS),
    Carrier("ontoggle", '<details open ontoggle="{run}">text</details>', RUNS),
    Carrier("error of a source", '<video><source onerror="{run}" src="data:,"></video>', RUNS),
    Carrier("error of a sound", '<audio src="data:," onerror="{run}"></audio>', RUNS),
    Carrier(
        "end of an animation",
        '<style>@keyframes a { from { opacity: 0 } }</style><p style="animation: a 1ms" onanimationend="{run}">text</p>',
        RUNS,
    ),
    Carrier("onclick", '<p onclick="{run}">text</p>', RUNS, by=CLICK),
    Carrier("ONCLICK", '<p ONCLICK="{run}">text</p>', RUNS, by=CLICK),
    Carrier(
        "onclick of a drawing",
        '<svg width=20 height=20><rect width=20 height=20 onclick="{run}"/></svg>',
        RUNS,
        by=CLICK,
    ),
    Carrier("onclick in a formula", '<math><mi onclick="{run}">text</mi></math>', RUNS, by=CLICK),
    Carrier("onclick of what nobody knows", '<x-shop onclick="{run}">text</x-shop>', RUNS, by=CLICK),
    Carrier("onpointerenter", '<p onpointerenter="{run}">text</p>', RUNS, by=HOVER),
    Carrier(
        "onbeforetoggle",
        '<button popovertarget=pop>x</button><p id=pop popover onbeforetoggle="{run}">x</p>',
        RUNS,
        by=CLICK,
    ),
    Carrier("onbegin of an animation", '<svg><animate attributeName=x dur=1s onbegin="{run}"/></svg>', RUNS),
    Carrier("onbegin of a set", '<svg><rect><set attributeName=x to=1 onbegin="{run}"/></rect></svg>', RUNS),
    Carrier("onsubmit", '<form onsubmit="{run};return false"><button>x</button></form>', RUNS, by=CLICK),
    Carrier("onsubmit by Enter", '<form onsubmit="{run};return false"><input></form>', RUNS, by=ENTER),
    Carrier(
        "oncontentvisibilityautostatechange",
        '<p style="content-visibility: auto" oncontentvisibilityautostatechange="{run}">text</p>',
        RUNS,
    ),
    Carrier(
        "onstart of a marquee",
        '<marquee onstart="{run}">text</marquee>',
        RUNS,
        outlived="no event of marquees is left in Chromium",
    ),
]
JAVASCRIPT = [
    Carrier("link to a script", '<a href="javascript:{run}">text</a>', RUNS, by=CLICK),
    Carrier("link to a script, with a tab in its scheme", '<a href="java&#9;script:{run}">text</a>', RUNS, by=CLICK),
    Carrier("link to a script, with controls before it", '<a href="&#1;JavaScript:{run}">text</a>', RUNS, by=CLICK),
    Carrier("link to a script by Enter", '<a href="javascript:{run}">text</a>', RUNS, by=ENTER),
    Carrier(
        "area to a script",
        '<img usemap=#map width=20 height=20><map name=map><area shape=default href="javascript:{run}"></map>',
        RUNS,
        by=CLICK,
    ),
    Carrier("form of a script", '<form action="javascript:{run}"><button>x</button></form>', RUNS, by=CLICK),
    Carrier("button of a script", '<form><button formaction="javascript:{run}">x</button></form>', RUNS, by=CLICK),
    Carrier(
        "image button of a script",
        '<form><input type=image width=20 height=20 formaction="javascript:{run}"></form>',
        RUNS,
        by=CLICK,
    ),
    Carrier(
        "button of a form elsewhere",
        '<form id=elsewhere></form><button form=elsewhere formaction="javascript:{run}">x</button>',
        RUNS,
        by=CLICK,
    ),
    Carrier(
        "link of a drawing",
        '<svg width=20 height=20><a href="javascript:{run}"><rect width=20 height=20 /></a></svg>',
        RUNS,
        by=CLICK,
    ),
    Carrier(
        "link of a drawing by xlink",
        '<svg width=20 height=20><a xlink:href="javascript:{run}"><rect width=20 height=20 /></a></svg>',
        RUNS,
        by=CLICK,
    ),
    Carrier(
        "animated link",
        '<svg width=20 height=20><a><animate attributeName=href values="javascript:{run}"/><rect width=20 height=20 /></a></svg>',
        RUNS,
        by=CLICK,
    ),
    Carrier(
        "link that is set",
        '<svg width=20 height=20><a><set attributeName=href to="javascript:{run}"/><rect width=20 height=20 /></a></svg>',
        RUNS,
        by=CLICK,
    ),
    Carrier(
        "link that is set by xlink",
        '<svg width=20 height=20><a xlink:href="#"><set attributeName=xlink:href to="javascript:{run}"/><rect width=20 height=20 /></a></svg>',
        RUNS,
        by=CLICK,
        outlived="Chromium animates no script's address",
    ),
    Carrier(
        "link of a formula",
        '<math><mi href="javascript:{run}">text</mi></math>',
        RUNS,
        by=CLICK,
        outlived="MathML Core has no links",
    ),
    Carrier(
        "action of a formula",
        '<math><maction actiontype="statusline#x" xlink:href="javascript:{run}">text</maction></math>',
        RUNS,
        by=CLICK,
        outlived="MathML Core has no links",
    ),
    Carrier("image of a script", '<img src="javascript:{run}">', RUNS, outlived="no browser runs it"),
    Carrier("object of a script", '<object data="javascript:{run}"></object>', RUNS, outlived="no browser runs it"),
    Carrier(
        "refresh to a script",
        '<meta http-equiv=refresh content="0;url=javascript:{run}">',
        RUNS,
        outlived="browsers refresh to no script",
    ),
    Carrier(
        "base of a script",
        '<base href="javascript:{run}//">',
        RUNS,
        outlived="browsers take no script for a base",
        apart=True,
    ),
    Carrier(
        "style of a script",
        '<p style="background: url(javascript:{run%})">text</p>',
        RUNS,
        outlived="no browser runs it",
    ),
    Carrier(
        "style that is an expression",
        '<p style="width: expression({run}); behavior: url({url}); -moz-binding: url({url})">text</p>',
        RUNS,
        outlived="no browser runs it",
    ),
]
ESCAPED = "Chromium 138 writes < and > of attributes escaped"
# Each is harmless as it stands; written out by a sanitiser and parsed again it is not.
MUTATED = [
    Carrier(
        "mutation by noscript",
        '<noscript><p title="</noscript><img src=data:, onerror={run}>"></noscript>',
        RUNS,
        by=REPARSE,
        outlived=ESCAPED,
    ),
    Carrier(
        "mutation by a style in a drawing",
        '<svg></p><style><a id="</style><img src=data:, onerror={run}>">',
        RUNS,
        by=REPARSE,
    ),
    Carrier(
        "mutation by a glyph",
        "<form><math><mtext></form><form><mglyph><style></math><img src=data:, onerror={run}>",
        RUNS,
        by=REPARSE,
    ),
    Carrier(
        "mutation by a comment",
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=data:, onerror={run}&gt;">',
        RUNS,
        by=REPARSE,
        outlived=ESCAPED,
    ),
    Carrier(
        "mutation by plain text",
        '<xmp><p title="</xmp><img src=data:, onerror={run}>"></xmp><svg><xmp><img title="</xmp><img src=data:, onerror={run}>"></svg>',
        RUNS,
        by=REPARSE,
    ),
]
WINDOWS = [
    Carrier("dialog", "<script>alert('{key}')</script>", DIALOG, apart=True),
    Carrier("dialog by a click", "<p onclick=\"confirm('{key}')\">text</p>", DIALOG, by=CLICK),
    Carrier("dialog by a link", "<a href=\"javascript:prompt('{key}')\">text</a>", DIALOG, by=CLICK),
    Carrier("window by a link", '<a href="{url}" target=_blank>text</a>', POPUP, by=CLICK),
    Carrier("window by a form", '<form action="{url}" target=_blank><button>x</button></form>', POPUP, by=CLICK),
    Carrier("window by a script", "<p onclick=\"window.open('{url}')\">text</p>", POPUP, by=CLICK),
    Carrier("file by a link", '<a href="data:text/plain,{key}" download="{key}.txt">text</a>', DOWNLOAD, by=CLICK),
    Carrier("file by a frame", '<iframe src="{url}?save={key}.txt"></iframe>', DOWNLOAD),
]
MEMBERS = [
    "createElement",
    "documentElement",
    "defaultView",
    "body",
    "adoptedStyleSheets",
    "implementation",
    "readyState",
    "URL",
]
OF_FORMS = [
    "insertBefore",
    "removeChild",
    "appendChild",
    "parentNode",
    "style",
    "setAttribute",
    "childNodes",
    "attributes",
]
CLOBBERING = [
    *[
        # A page without the first three has no "Get help", or pauses at once: it has no view to give.
        Carrier(f"image called {name}", f"<img name={name} id={name}>", CLOBBERS, by=name, apart=at < 3)
        for at, name in enumerate(MEMBERS)
    ],
    Carrier("form called getElementById", "<form name=getElementById></form>", CLOBBERS, by="getElementById"),
    Carrier(
        "form with members of its own",
        "<form name=clobbered>" + "".join(f"<input name={name}><input id={name}>" for name in OF_FORMS) + "</form>",
        CLOBBERS,
        by="clobbered.insertBefore",
    ),
    Carrier(
        "image called __proto__",
        "<img name=__proto__ id=__proto__>",
        CLOBBERS,
        by="images.__proto__",
        outlived="__proto__ is no name of a document",
    ),
]
SCRIPTS = [*ELEMENTS, *HANDLERS, *JAVASCRIPT, *MUTATED, *WINDOWS, *CLOBBERING]
