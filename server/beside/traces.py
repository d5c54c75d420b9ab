"""Traces of single messages, made by OpenTelemetry: how long each step of a message's way took, and how it ended.

A trace holds numbers, ids and words of fixed sets: the fields of `About`, and nothing else can be told. The only
importer of opentelemetry, which is loaded where traces are asked for. What is traced, and where: `traced/`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from beside import __version__
from beside.errors import BesideError
from beside.sites import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, SpanContext

log = logging.getLogger("beside.traces")
T = TypeVar("T")

# Between two words of ours on the same trouble.
SAY_AGAIN_S = 60.0
# However large the share: a trace of a frame costs some 0.7 ms of CPU (`make bench ARGS=traces`), many times what the
# frame does, and so many of them 7 % of a core.
MOST_PER_S = 100.0
MOST_AT_ONCE = 100.0
# Of one trace. A hundred agents would be shown a frame in as many.
MAX_STEPS = 128
# What waits is sent when the relay stops; a collector that is away must not hold the stop up for longer.
CLOSE_WITHIN_S = 2.0

_NEEDED = ("opentelemetry.trace", "opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http.trace_exporter")


@dataclass(slots=True)
class About:
    """What a trace says: each field that is set is the attribute `beside.` + its name, and there are no others.

    `outcome`: "taken"; "dropped", for what was on its way when the view paused or was never whole; or what refused it,
    by its code. `agents`: how many it was for.
    """

    session: str | None = None
    role: str | None = None
    message: str | None = None
    size_bytes: int | None = None
    epoch: int | None = None
    seq: int | None = None
    agents: int | None = None
    outcome: str | None = None


_FIELDS = tuple(field.name for field in fields(About))
_NOTHING = About()


class Trace:
    """One message's. Steps are noted while it is handled, and sent once it has ended.

    `parent`: the address of the trace that it goes on with, of another worker.
    """

    __slots__ = (
        "_began_at",
        "_left",
        "_parent",
        "_span",
        "_steps",
        "_traces",
        "about",
        "is_over",
        "is_put_off",
        "last_at",
        "name",
    )

    def __init__(self, traces: Traces, name: str, about: About, parent: str | None = None) -> None:
        self._traces = traces
        self.name = name
        self.about = about
        self._parent = parent
        self._span: Span | None = None
        self._steps: list[tuple[str, int, int, About]] = []
        self._left = MAX_STEPS
        self.is_over = False
        # The message waits for the store while others are handled.
        self.is_put_off = False
        # When the last step ended (Unix nanoseconds).
        self._began_at = self.last_at = time.time_ns()

    @property
    def address(self) -> str:
        """By which another worker goes on with it."""
        at = self._begun().get_span_context()
        return f"{at.trace_id:032x}{at.span_id:016x}"

    @contextmanager
    def step(self, name: str, about: About = _NOTHING) -> Iterator[None]:
        began_at = time.time_ns()
        try:
            yield
        finally:
            self.add(name, began_at, about)

    def add(self, name: str, began_at: int, about: About = _NOTHING) -> None:
        """A step that began then (Unix nanoseconds) and ends now: also later than the trace itself."""
        self.last_at = time.time_ns()
        if self._left <= 0:
            # A message has a dozen; a page that begins a frame in chunks and never ends it makes any number.
            return
        self._left -= 1
        if self.is_over:
            self._send_step(name, began_at, self.last_at, about)
        else:
            self._steps.append((name, began_at, self.last_at, about))

    def end(self, at: int | None = None) -> None:
        """`at`: now, if not told."""
        at = at or time.time_ns()
        self.is_over = True
        self._traces.end(self._begun(), self.about, at)
        for step in self._steps:
            self._send_step(*step)
        self._steps = []

    def _begun(self) -> Span:
        if self._span is None:
            self._span = self._traces.begin(self.name, self._began_at, self._parent)
        return self._span

    def _send_step(self, name: str, began_at: int, ended_at: int, about: About) -> None:
        self._traces.end(self._traces.begin(name, began_at, self._begun()), about, ended_at)


_current: ContextVar[Trace | None] = ContextVar("beside_trace", default=None)


def current() -> Trace | None:
    """The trace of the message that is being handled, if it has one."""
    trace = _current.get()
    # A task that a message has begun may outlive it.
    return None if trace is None or trace.is_over else trace


@contextmanager
def under(trace: Trace) -> Iterator[None]:
    """What is done in here is done for this trace's message."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)


def outcome_of(error: BaseException) -> str:
    """An error's code, never its sentence."""
    return error.code if isinstance(error, BesideError) else "failed"


def check_installed(share: float) -> None:
    """Raises `SettingsError` where traces are asked for and nothing is there to make them."""
    try:
        is_there = not share or all(find_spec(name) for name in _NEEDED)
    except ModuleNotFoundError:
        is_there = False
    if not is_there:
        raise SettingsError(
            "BESIDE_TRACE_SHARE asks for traces, and OpenTelemetry, which makes them, is not installed: "
            "pip install 'beside[traces]', or set it to 0."
        )


class Traces:
    """Chooses messages and sends their traces, from a thread of its own and out of a queue that drops what is too much.

    `share`: of the messages, above 0 and up to 1, as far as `MOST_PER_S` lets it. Where to, with which headers and
    under which name: OpenTelemetry reads that from its own variables (OTEL_…). Raises `SettingsError`.
    """

    def __init__(self, share: float) -> None:
        check_installed(share)
        from opentelemetry import context, trace  # noqa: PLC0415 - it may be missing

        self._api = trace
        self._none = context.Context()
        self._share = share
        self._left = MOST_AT_ONCE
        self._counted_at = time.monotonic()
        self._provider = _provider()
        self._tracer = self._provider.get_tracer("beside", __version__)

    def is_chosen(self) -> bool:
        """Whether the message that came is to be traced."""
        if random.random() >= self._share:  # noqa: S311 - nobody gains by guessing it
            return False
        now = time.monotonic()
        self._left = min(MOST_AT_ONCE, self._left + (now - self._counted_at) * MOST_PER_S)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def begin(self, name: str, began_at: int, parent: Span | str | None) -> Span:
        if parent is None:
            within = self._none
        else:
            span = self._api.NonRecordingSpan(self._at(parent)) if isinstance(parent, str) else parent
            within = self._api.set_span_in_context(span, self._none)
        return self._tracer.start_span(name, within, start_time=began_at)

    def end(self, span: Span, about: About, ended_at: int) -> None:
        for name in _FIELDS:
            value = getattr(about, name)
            if value is not None:
                span.set_attribute(f"beside.{name}", value)
        if about.outcome not in (None, "taken", "dropped"):
            span.set_status(self._api.StatusCode.ERROR)
        span.end(ended_at)

    def _at(self, address: str) -> SpanContext:
        flags = self._api.TraceFlags(self._api.TraceFlags.SAMPLED)
        return self._api.SpanContext(int(address[:32], 16), int(address[32:], 16), is_remote=True, trace_flags=flags)

    async def close(self) -> None:
        """Sends what waits, for as long as that may take; not in one of the loop's threads, which it would wait for."""
        loop, is_closed = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(is_closed.set)

        threading.Thread(target=close, daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await is_closed.wait()


def _provider() -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - as above
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON  # noqa: PLC0415

    try:
        resource = Resource.create()
        if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
            resource = resource.merge(Resource({SERVICE_NAME: "beside"}))
        # What is traced is chosen before there is a span; and at exit nothing is waited for, see `close`.
        provider = TracerProvider(ALWAYS_ON, resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter()
        exporter.export = _telling(exporter.export, SpanExportResult.SUCCESS)  # type: ignore[method-assign]
        provider.add_span_processor(BatchSpanProcessor(exporter))
    except ValueError as error:
        raise SettingsError(f"OpenTelemetry cannot use what its variables (OTEL_…) say: {error}.") from error
    return provider


def _telling(export: Callable[..., T], success: T) -> Callable[..., T]:
    """Says in our own words that traces are lost; OpenTelemetry's hold the collector's address and headers."""
    said_at = -SAY_AGAIN_S

    def export_and_tell(spans: Sequence[object]) -> T:
        nonlocal said_at
        result = export(spans)
        if result is not success and time.monotonic() - said_at >= SAY_AGAIN_S:
            said_at = time.monotonic()
            log.warning("Traces do not reach their collector. Look at it, and at OTEL_EXPORTER_OTLP_ENDPOINT.")
        return result

    return export_and_tell
