/**
 * What every page of a shop loads: draws "Get help" and, once the shopper acts, loads the rest and checks it by hash.
 *
 * Until then nothing leaves the page: no request, no socket, no observer, no timer. A view that the shopper allowed on
 * the page before counts as acting: its participant token stands in `sessionStorage`.
 */

import { LOOK } from "./loader_look.ts";
import { wordsOf } from "./loader_words.ts";
import type { Entry, PageContext } from "./page_context.ts";
import { keptView } from "./tokens_kept.ts";

/** `integrity` of main.js, which in turn carries those of what it loads; set by tools/build.mjs. */
declare const __BESIDE_MAIN__: string;

/** What stands in the page while an instance of Beside does; a boolean, no way in. */
const INSTANCE = Symbol.for("beside");
/** The fragment of a shopper link or a hand-over: 128 bits and more, in URL-safe base64, behind the page's own. */
const SECRET = /#beside=([\w-]{22,64})$/;
function begin(script: HTMLScriptElement): void {
  const source = new URL(script.src);
  const data = script.dataset;
  const { site = "", relay = source.origin, locale: wanted = document.documentElement.lang } = data;
  const [locale, words] = wordsOf(wanted);
  const host = document.createElement("beside-help");
  const root = host.attachShadow({ mode: "closed" });
  const button = document.createElement("button");
  const notice = document.createElement("p");
  let busy = false;

  /** Again where the page has taken our host away, as a library does that writes the whole document anew. */
  function place(): void {
    if (!host.isConnected) document.documentElement.append(host);
  }

  /**
   * An element that no server sent makes React 18 give up the hydration of a whole document, which goes on behind the load
   * event in many tasks. A browser that is never idle draws it all the same. Safari knows no idle time, and takes the bound
   * for no delay.
   */
  function placeOnceIdle(): void {
    const wait =
      (window as Partial<Window>).requestIdleCallback || (setTimeout as unknown as typeof requestIdleCallback);
    wait(place, { timeout: 2e3 });
  }

  /** A file of this release; it runs only if it is byte for byte the one that this loader was built with. */
  async function load(chunk: string, integrity: string): Promise<unknown> {
    // Outside the document a link neither loads nor fails; and what is said of this is to be seen.
    place();
    const url = new URL(chunk + ".js", source).href;
    const link = document.createElement("link");
    if (link.relList.supports("modulepreload")) {
      // The checked bytes enter the page's module map, where import() finds them: there is no second request.
      Object.assign(link, {
        rel: "modulepreload",
        crossOrigin: "anonymous",
        referrerPolicy: "no-referrer",
        integrity,
        nonce: script.nonce,
      });
      await new Promise((loaded, failed) => {
        link.onload = loaded;
        link.onerror = failed;
        link.href = url;
        root.append(link);
      }).finally(() => link.remove());
    } else {
      // Until Safari 16 is dropped: the HTTP cache holds what was checked, since the address is immutable.
      await (await fetch(url, { integrity, credentials: "omit", referrerPolicy: "no-referrer" })).arrayBuffer();
    }
    return import(url);
  }

  function say(text: string): void {
    notice.textContent = text;
    notice.hidden = !text;
  }

  async function open(entry: Entry): Promise<void> {
    if (busy) return;
    // What decode.ts calls, and what the oldest supported browsers (Chrome 111, Firefox 119, Safari 16.4) all have.
    if (!"".isWellFormed) return say(words.unsupported);
    busy = true;
    say("");
    let blocked = false;
    const onViolation = ({ blockedURI }: SecurityPolicyViolationEvent): void => {
      blocked ||= blockedURI.startsWith(source.origin);
    };
    document.addEventListener("securitypolicyviolation", onViolation);
    try {
      const main = (await load("main", __BESIDE_MAIN__)) as { start(context: PageContext): Promise<void> };
      await main.start({
        host,
        root,
        button,
        site,
        relay,
        locale,
        data,
        entry,
        load,
        say,
        closed: () => void (busy = false),
      });
    } catch {
      busy = false;
      // The browser reports a violation in a task of its own, after the failed load.
      await new Promise((reported) => setTimeout(reported, 50));
      say(blocked ? words.blocked : words.unreachable);
    }
    document.removeEventListener("securitypolicyviolation", onViolation);
  }

  host.lang = locale;
  host.dir = locale === "ar" ? "rtl" : "ltr";
  button.className = "help";
  button.textContent = words.help;
  button.hidden = !!document.querySelector("[data-beside-help]");
  button.onclick = () => void open({ kind: "help" });
  notice.className = "notice";
  notice.setAttribute("role", "alert");
  notice.onclick = () => say("");
  say("");
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Below Firefox 101 and Safari 16.4: a plain button that says why it cannot help.
    host.style.cssText = "position:fixed;bottom:16px;right:16px;z-index:2147483647;background:#fff";
  }
  root.append(notice, button);
  if (document.readyState === "complete") placeOnceIdle();
  // The shop's own button or link, where it has one; it may come later than we do.
  document.addEventListener("click", (event) => {
    // Also on a page that never ends to load.
    placeOnceIdle();
    if (event.target instanceof Element && event.target.closest("[data-beside-help]")) void open({ kind: "help" });
  });

  /** Follows a shopper link, and takes its secret out of the address bar, the history and the page's analytics at once. */
  function followLink(event?: Event): unknown {
    const found = SECRET.exec(location.href);
    if (found) {
      history.replaceState(history.state, "", location.href.replace(SECRET, ""));
      void open({ kind: "link", secret: found[1] as string, isArrival: !event });
    }
    return found;
  }

  /** Not before the shopper sees the page: what the browser prerenders may never be looked at. */
  function wake(): void {
    const kept = keptView(site);
    if (!followLink() && kept) void open({ kind: "resume", kept });
  }

  // The link may also be opened in a tab that shows this very page already: then only the fragment changes.
  addEventListener("hashchange", followLink);
  document.addEventListener("prerenderingchange", wake);
  // Loaded; or the browser kept the page whole from before the view began.
  addEventListener("pageshow", (event) => (event.persisted ? wake() : placeOnceIdle()));
  if (!(document as { prerendering?: boolean }).prerendering) wake();
}

const script = document.currentScript;
function start(): void {
  // A view of the page around us, where that is of our own origin, has this frame in it.
  if (INSTANCE in window || (frameElement && INSTANCE in parent))
    console.warn("Beside is here already: remove this tag.");
  else if (script instanceof HTMLScriptElement) {
    (window as { [INSTANCE]?: boolean })[INSTANCE] = true;
    begin(script);
  }
}
// It may come to its own tag later than we to ours.
if (frameElement && parent.document.readyState !== "complete") parent.addEventListener("load", start);
else start();
