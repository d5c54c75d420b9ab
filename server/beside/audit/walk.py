"""Opens a merchant's page and follows the script to the pages that are audited. Knows nothing of canaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from beside.audit.browser import Error, Page, first_line
from beside.audit.errors import CannotAudit
from beside.audit.guard import Guard
from beside.audit.script import Script, Step


@dataclass
class Walk:
    """Follows one script in one tab. `audit` is called where a page is to be audited."""

    page: Page
    url: str
    script: Script
    guard: Guard
    audit: Callable[[Page], None]

    def run(self) -> None:
        """Walks to the end. Raises `CannotAudit` with the step that could not be made."""
        steps = self.script.steps
        if not steps or steps[0].goto is None:
            self._open(self.url)
        for number, step in enumerate(steps, 1):
            self.guard.allows_requests = self.script.allow_requests or step.allow_requests
            try:
                self._take(step)
            except Error as error:
                raise CannotAudit(f"Step {number} of the script ({step.verb}): {first_line(error)}.") from None
            self._stay(f"Step {number} of the script led")
        if not any(step.audit for step in steps):
            self.guard.allows_requests = self.script.allow_requests
            self.audit(self.page)

    def _take(self, step: Step) -> None:
        page = self.page
        if step.goto:
            self._open(urljoin(self.url, step.goto))
        elif step.click:
            page.click(step.click)
            page.wait_for_load_state("load")
        elif step.fill:
            page.fill(step.fill, step.value or "")
        elif step.select:
            page.select_option(step.select, step.value)
        elif isinstance(step.wait, str):
            page.wait_for_selector(step.wait)
        elif step.wait:
            page.wait_for_timeout(step.wait * 1000)
        else:
            self.audit(page)

    def _open(self, url: str) -> None:
        try:
            answer = self.page.goto(url, wait_until="load")
        except Error as error:
            raise CannotAudit(f"{url} does not open: {first_line(error)}.") from None
        if answer is not None and not answer.ok:
            raise CannotAudit(f"{url} answers {answer.status}: there is no page to audit.")
        self._stay(f"{url} leads")

    def _stay(self, what: str) -> None:
        """A redirect goes by no guard: where it led is looked at here, before anything is typed."""
        if not self.guard.is_listed(self.page.url):
            host = urlsplit(self.page.url).hostname or self.page.url
            raise CannotAudit(f"{what} to {host}, which is not one of the given hosts; --host {host} lets it in.")
