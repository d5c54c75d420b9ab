"""Everything that somebody's browser does which a hostile page could have caused: the counters of the hostile suite."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

# In every frame whose scripts run, from inside a page's own realms: what `{run}` leaves behind.
MARKS = """() => {
  const found = [];
  const look = (view, name) => {
    try { if (view.ran) found.push(...(Array.isArray(view.ran) ? view.ran : [name])); } catch { return; }
    for (let at = 0; at < view.frames.length; at++) look(view.frames[at], `${name}/${at}`);
  };
  look(window, "window");
  if ({}.polluted) found.push("Object.prototype");
  return found;
}"""


@dataclass
class Watched:
    """Listens to a whole context. Every list holds what happened since it was made, or since `forget`."""

    requests: list[str] = field(default_factory=list)
    navigations: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    popups: list[str] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    choosers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # The browser's own words for what a Content-Security-Policy refused, and all its others.
    violations: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", self._take_message)
        context.on("page", self._take_page)
        for page in context.pages:
            self._listen(page)

    def forget(self) -> None:
        for kept in vars(self).values():
            kept.clear()

    def _listen(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self.navigations.append(frame.url))
        page.on("download", lambda download: self.downloads.append(download.suggested_filename))
        page.on("filechooser", lambda chooser: self.choosers.append(chooser.page.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

        def dismiss(dialog: object) -> None:
            self.dialogs.append(dialog.message)  # type: ignore[attr-defined]
            dialog.dismiss()  # type: ignore[attr-defined]

        page.on("dialog", dismiss)

    def _take_page(self, page: Page) -> None:
        self.popups.append(page.url)
        self._listen(page)

    def _take_message(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.violations.append(message.text)
        elif message.type in ("error", "warning"):
            self.said.append(message.text)
