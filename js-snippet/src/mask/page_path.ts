/** The path of the page's address, as it may leave. Knows nothing of other addresses. */
import type { Echoes } from "./echo.ts";
import { reducePath } from "./urls.ts";

// The wire's bound.
const MAX_PATH_CHARS = 500;

export class PagePath {
  #pathname = "";
  #path = "/";

  constructor(
    private readonly document: Document,
    private readonly echoes: Echoes,
  ) {}

  read(): string {
    const { pathname } = this.document.location;
    // What the page shows while a field is edited is looked at behind it.
    if (pathname !== this.#pathname && !this.echoes.isHolding) {
      this.#pathname = pathname;
      this.#path = this.#judge(reducePath(pathname)).slice(0, MAX_PATH_CHARS).toWellFormed();
    }
    return this.#path;
  }

  /** A path whose new segments say nothing of a masked value. */
  #judge(path: string): string {
    const known = this.#path.split("/");
    return !this.echoes.repeats(path)
      ? path
      : path
          .split("/")
          .map((part) => (known.includes(part) ? part : ":id"))
          .join("/");
  }
}
