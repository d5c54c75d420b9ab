"""Runs carriers in real pages, several tabs at a time, and keeps what left. Knows nothing of what may leave."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import partial

from playwright.sync_api import BrowserContext, Page, Request
from playwright.sync_api import Error as PlaywrightError

from tests.leaks.carriers import AT_INPUT, BY_HAND, LATER, PASTED, PRESSED, REPEATED, SOURCE, TYPED, Carrier
from tests.leaks.encodings import found
from tests.unit.dom.conftest import Site
from tests.unit.dom.recording import ORIGIN, Recording

# Each tab mostly waits for animation frames, so that several are done in the time of one.
CARRIERS_AT_ONCE = 8
# What scripts send; pictures and style sheets are asked for by the page itself, with or without a recorder.
SENT_BY_SCRIPT = {"fetch", "xhr", "ping", "websocket", "eventsource"}
LAST_KEYS = 2
TIMES_AGAIN = 2
MADE_AT = re.compile(r"/made/\d+")
ELSEWHERE = "<button id=elsewhere type=button>Next</button>"
# CSS pixels, in the margin of every carrier's page: a pointer that a layout moves something under is told, some time.
POINTER_AT = (1, 299)


@dataclass
class Life:
    """What left of one carrier's page."""

    carrier: Carrier
    which: int
    # Frames as they left, and of other requests that a script made, address and body.
    frames: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    # What the page threw, and a carrier's own script that did not run.
    errors: list[str] = field(default_factory=list)
    # How many frames had left after each state.
    counts: dict[str, int] = field(default_factory=dict)
    # Frames before the page was at rest: how many a page takes to come there is a matter of the clock.
    unrest: int = 0

    def leaks(self) -> dict[str, list[str]]:
        """Of each state whose value left, the encodings in which it is found."""
        sent = [*self.frames, *map(json.dumps, self.requests)]
        seen = {state: found(self.carrier.value(state, self.which), sent) for state in self.carrier.states}
        return {state: names for state, names in seen.items() if names}


class Lives:
    """Lives of a table's carriers, run when first asked for, some together."""

    def __init__(self, context: BrowserContext, sites: Sequence[Site], recorder: str = "capture") -> None:
        """`sites`: the last of them is the one that is served. `recorder`: the bundle that has it."""
        self._sites = sites
        self._recorder = recorder
        self._context = context
        self._lived: dict[str, tuple[Life, Life]] = {}

    def of(self, carrier: Carrier, table: Sequence[Carrier]) -> tuple[Life, Life]:
        """The two lives of a carrier, which differ in the values."""
        if carrier.name not in self._lived:
            start = table.index(carrier) // CARRIERS_AT_ONCE * CARRIERS_AT_ONCE
            lives = self.run(table[start : start + CARRIERS_AT_ONCE])
            for one, other in zip(lives[::2], lives[1::2], strict=True):
                self._lived[one.carrier.name] = (one, other)
        one, other = self._lived[carrier.name]
        # Told by the carrier's own tests, and not by those of the others beside it.
        errors = [*one.errors, *other.errors]
        assert not errors, "\n".join(errors)
        return one, other

    def told_apart(self, carrier: Carrier, table: Sequence[Carrier]) -> list[str]:
        """`differences` of the two lives that are there each time."""
        return differences(*self.of(carrier, table)) and self.told_again(carrier)

    def told_again(self, carrier: Carrier) -> list[str]:
        """`differences` that two lives of it have each time, of some: a value makes its difference whenever it is told,
        and a busy machine's clock makes one now and then.
        """
        told: list[str] = []
        for _ in range(TIMES_AGAIN):
            told = differences(*self.run([carrier]))
            if not told:
                break
        return told

    def run(self, carriers: Sequence[Carrier]) -> list[Life]:
        lives = [Life(carrier, which) for carrier in carriers for which in (0, 1)]
        tabs = [self._context.new_page() for _ in lives]
        going = {tab: self._live(tab, life) for tab, life in zip(tabs, lives, strict=True)}
        for tab, steps in going.items():
            tab.on("pageerror", partial(note_error, lives[tabs.index(tab)]))
            next(steps)
        while going:
            for tab, steps in list(going.items()):
                try:
                    steps.send(tab.evaluate("() => window.calm"))
                except StopIteration:
                    del going[tab]
                except PlaywrightError as error:
                    note_error(lives[tabs.index(tab)], error)
                    del going[tab]
        for tab in tabs:
            tab.close()
        return lives

    def _live(self, tab: Page, life: Life) -> Generator[None, int, None]:
        """Stops wherever the recorder is to tell all that came of it, and goes on with the number of frames by then."""
        carrier = life.carrier
        head, body = carrier.html(life.which)
        script = f"<script>{carrier.page}</script>" if carrier.page else ""
        asked_by_page: set[str] = set()
        site = self._sites[-1]
        tab.on("request", lambda request: note(request, life, asked_by_page, site))
        recording = Recording(tab, site, script + body + ELSEWHERE, head, bundle=self._recorder)
        tab.mouse.move(*POINTER_AT)
        tab.evaluate(f"() => {{ {CALM} }}")
        life.unrest = yield
        tab.evaluate(f"() => {{ recording.capture.keyframe(); {CALM} }}")
        life.counts["start"] = (yield) - life.unrest
        for state, way in carrier.ways.items():
            value = carrier.value(state, life.which)
            if way in BY_HAND:
                yield from by_hand(tab, carrier, way, value)
            else:
                tab.evaluate(f"(v) => {{ const x = {carrier.find}; {way} {CALM} }}", value)
            life.counts[state] = (yield) - life.unrest
        tab.evaluate(f"() => {{ recording.capture.keyframe(); {CALM} }}")
        yield
        # The two pages are at two addresses of the test's own; a recorder that tells addresses tells no value by that.
        life.frames = [MADE_AT.sub("/made/page", frame) for frame in recording.bytes]


# Not awaited at once: the tabs come to rest together.
CALM = "window.calm = beside.quiet().then(() => recording.bytes.length);"
SELECT_ALL = """x.focus();
  if (x.select) x.select(); else getSelection().selectAllChildren(x);"""


def by_hand(tab: Page, carrier: Carrier, way: str, value: str) -> Generator[None, int, None]:
    """What a person does; all but the last rest."""
    if way == PRESSED:
        for key in value:
            place = tab.locator(f"[data-key='{key}']").bounding_box()
            assert place
            tab.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
            tab.evaluate(f"() => {{ {CALM} }}")
            yield
    else:
        field = SOURCE if way in REPEATED else carrier.find
        when = REPEATED.get(way, "")
        tab.evaluate(f"(when) => {{ window.when = when; const x = {field}; {SELECT_ALL} {CALM} }}", when)
        yield
        # A few keys are enough for the page to write at each: keys cost more than all else here.
        inserted = {TYPED: 0, PASTED: len(value)}.get(way, len(value) - LAST_KEYS)
        tab.keyboard.insert_text(value[:inserted])
        tab.keyboard.type(value[inserted:])
        if way in (TYPED, PASTED, AT_INPUT):
            tab.evaluate(f"() => {{ {CALM} }}")
            yield
    tab.evaluate(f"() => {{ document.querySelector('#elsewhere').focus(); {CALM} }}")
    if way == LATER:
        yield
        tab.evaluate(f"(v) => {{ window.put(v); {CALM} }}", value)


def note_error(life: Life, error: Exception) -> None:
    life.errors.append(str(error))


def note(request: Request, life: Life, asked_by_page: set[str], site: Site) -> None:
    """What a script sends; not what it reads again that the page itself has read, such as a style sheet."""
    if request.resource_type not in SENT_BY_SCRIPT:
        asked_by_page.add(request.url)
    elif request.url not in asked_by_page or request.post_data:
        life.requests.append(f"{request.url.replace(site.origin, ORIGIN)} {request.post_data or ''}")


def differences(one: Life, other: Life) -> list[str]:
    """Where what left of two lives differs, in words; none where number, order, sizes and bytes are equal."""
    told: list[str] = []
    if one.counts != other.counts:
        told.append(f"{one.counts} frames after each state, and {other.counts}")
    frames = zip(one.frames[one.unrest :], other.frames[other.unrest :], strict=False)
    for at, (here, there) in enumerate(frames):
        if here != there:
            told.append(f"frame {at}: {around_difference(here, there)}")
    if one.requests != other.requests:
        told.append(f"{one.requests}, and {other.requests}")
    return told


def around_difference(here: str, there: str) -> str:
    start = next((at for at, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    begin = max(0, start - 60)
    return f"…{here[begin : start + 60]}…, and …{there[begin : start + 60]}…"
