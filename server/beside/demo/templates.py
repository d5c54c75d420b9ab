"""How the demo's parts render their pages: Jinja with everything escaped and an unknown name an error."""

from pathlib import Path

import jinja2
from starlette.templating import Jinja2Templates


def templates_in(folder: Path) -> Jinja2Templates:
    """Make the renderer of one part. Files end in `.j2`, so escaping is on for all, not guessed by suffix."""
    return Jinja2Templates(
        env=jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )
