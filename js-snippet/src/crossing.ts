/**
 * Takes the view along when the shopper goes to another of the shop's origins (`www.` to `checkout.`): a secret that is
 * spent once travels in the fragment of the address, which browsers send to no server.
 *
 * Loaded where a site has further origins. Nothing is written into the shop's links; a form's address is, while it is sent.
 */

import { addressOf } from "./mask/form_address.ts";

/** The relay keeps a secret for 60 s; a slow page load is to fit behind it, so it is asked anew where there is time. */
const FRESH_MS = 30_000;
/** And where there is none, an older one has to do: held back and sent again, a form is sent twice to the page. */
const GOOD_MS = 50_000;
/** The shopper is not to wait for us: they go on without the view, which then waits for them here. */
const PATIENCE_MS = 1_500;

/** https://html.spec.whatwg.org/#navigateevent: Chrome 102, Safari 26.2, Firefox 147; TypeScript does not know it yet. */
interface NavigateEvent extends Event {
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  readonly destination: { readonly url: string };
  readonly formData: FormData | null;
  readonly downloadRequest: string | null;
}

/**
 * @param handOver a secret for an origin; null where there is none to be had.
 * @param mayGo whether the view may go along now, with whatever secret.
 */
export function followCrossings(
  origins: readonly string[],
  handOver: (target: string) => Promise<string | null>,
  mayGo: () => boolean,
): () => void {
  const life = new AbortController();
  const { signal } = life;
  /** What was asked for last, for each origin. */
  const asked = new Map<string, { at: number; coming: Promise<unknown> }>();
  /** What came of it last, and when that was asked for: the relay may have counted from there. */
  const held = new Map<string, { at: number; secret: string }>();
  /** Forms that are held back until a secret has come, or does not. */
  const waited = new WeakSet<HTMLFormElement>();
  /** The address that we go to ourselves. */
  let passing = "";
  /** How often we were to go: of two presses on a link the second counts, and takes the one secret. */
  let turns = 0;

  /** Asks beforehand: when the shopper lets the button go, the secret is mostly there. Until then the last one counts. */
  function prepare(target: string): Promise<unknown> {
    const at = performance.now();
    const had = asked.get(target);
    if (had && at - had.at < FRESH_MS) return had.coming;
    const coming = Promise.race([
      handOver(target).then((secret) => secret && held.set(target, { at, secret })),
      new Promise((over) => setTimeout(over, PATIENCE_MS)),
    ]);
    asked.set(target, { at, coming });
    return coming;
  }

  /** The fragment that takes the view to an origin, for this once; empty where there is no good secret. */
  function takeFragment(target: string): string {
    const had = held.get(target);
    if (!had || performance.now() - had.at > GOOD_MS || !mayGo()) return "";
    held.delete(target);
    asked.delete(target);
    return `#beside=${had.secret}`;
  }

  async function go(address: string, target: string, how: "assign" | "replace"): Promise<void> {
    const turn = ++turns;
    await prepare(target);
    if (turn !== turns) return;
    passing = address + takeFragment(target);
    location[how](passing);
  }

  function onNavigate(event: Event): void {
    const { navigationType, destination, formData, downloadRequest, cancelable } = event as NavigateEvent;
    const { url } = destination;
    // The browser has resolved it.
    const { origin } = new URL(url);
    const isOurs = url === passing || url.includes("#beside=");
    passing = "";
    if (isOurs || !origins.includes(origin) || !cancelable || formData || downloadRequest !== null) return;
    if (navigationType !== "push" && navigationType !== "replace") return;
    event.preventDefault();
    void go(url, origin, navigationType === "push" ? "assign" : "replace");
  }

  const linkOf = (event: Event): HTMLAnchorElement | undefined =>
    event.composedPath().find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);

  function onPress(event: Event): void {
    const link = linkOf(event);
    if (link && origins.includes(link.origin)) void prepare(link.origin);
    // Held back and sent again, a form would be sent twice to the page's own listeners: the secret is to be there.
    const form = event.composedPath().find((node) => node instanceof HTMLFormElement);
    const address = form && addressOf(form, null, origins);
    if (address) void prepare(address.origin);
  }

  /** Where the browser does not tell of navigations: a plain press on a link. */
  function onClick(event: MouseEvent): void {
    const link = linkOf(event);
    const isPlain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.hasAttribute("download") || !origins.includes(link.origin))
      return;
    if (link.target && link.target !== "_self") return;
    event.preventDefault();
    void go(link.href, link.origin, "assign");
  }

  function onSubmit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const address = addressOf(form, event.submitter, origins);
    if (!address || event.defaultPrevented) return;
    const isSentAgain = waited.delete(form);
    const fragment = takeFragment(address.origin);
    if (fragment) address.carry(fragment);
    else if (!isSentAgain) {
      waited.add(form);
      event.preventDefault();
      void prepare(address.origin).then(address.send);
    }
  }

  const { navigation } = window as { navigation?: EventTarget };
  addEventListener("pointerdown", onPress, { capture: true, passive: true, signal });
  addEventListener("focusin", onPress, { capture: true, passive: true, signal });
  // Who fills in a form for long may send it by Enter, out of the field that they have been in all the while.
  addEventListener("keydown", onPress, { capture: true, passive: true, signal });
  addEventListener("submit", onSubmit, { signal });
  if (navigation) navigation.addEventListener("navigate", onNavigate, { signal });
  else addEventListener("click", onClick, { signal });
  return () => life.abort();
}
