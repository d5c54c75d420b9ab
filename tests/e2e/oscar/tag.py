# mypy: disable-error-code="import-untyped,import-not-found"
"""The one tag that a shop adds for Beside, as a template variable."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString


def beside_tag(request: HttpRequest) -> dict[str, SafeString | str]:
    """Context processor: `beside_tag` is the script element, or the empty string in a shop without co-browsing."""
    tag = settings.BESIDE_TAG
    if not tag["src"]:
        return {"beside_tag": ""}
    integrity: SafeString | str = ""
    if tag["integrity"]:
        # A browser checks the integrity of a script from another origin only if it was fetched with CORS.
        integrity = format_html(' integrity="{}" crossorigin="anonymous"', tag["integrity"])
    return {
        "beside_tag": format_html(
            '<script src="{}" data-site="{}"{} defer></script>', tag["src"], tag["site"] or "", integrity
        )
    }
