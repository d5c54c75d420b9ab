/**
 * Takes the view along when the shopper goes to another of the shop's origins (`www.` to `checkout.`): a secret that is
 * spent once travels in the fragment of the address, which browsers send to no server.
 *
 * Loaded where a site has further origins. Nothing is written into the shop's links; a form's address is, while it is sent.
 */

import { addressOf } from "./mask/form_address.ts";

/** The relay keeps a secret for 60 s; a slow page load is to fit behind it. */
const FRESH_MS = 30_000;
/** The shopper is not to wait for us: they go on without the view, which then waits for them here. */
const PATIENCE_MS = 1_500;

/** https://html.spec.whatwg.org/#navigateevent: Chrome 102, Safari 26.2, Firefox 147; TypeScript does not know it yet. */
interface NavigateEvent extends Event {
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  readonly destination: { readonly url: string };
  readonly formData: FormData | null;
  readonly downloadRequest: string | null;
}

/** @param handOver a secret for an origin; null where there is none to be had. */
export function followCrossings(
  origins: readonly string[],
  handOver: (target: string) => Promise<string | null>,
): () => void {
  const life = new AbortController();
  const { signal } = life;
  const held = new Map<string, { at: number; secret: string | null; coming: Promise<string | null> }>();
  /** Forms that are held back until a secret has come, or does not. */
  const waited = new WeakSet<HTMLFormElement>();
  /** The address that we go to ourselves. */
  let passing = "";

  /** Asks beforehand: when the shopper lets the button go, the secret is mostly there. */
  function prepare(target: string): Promise<string | null> {
    const had = held.get(target);
    if (had && performance.now() - had.at < FRESH_MS) return had.coming;
    const patience = new Promise<null>((over) => setTimeout(over, PATIENCE_MS, null));
    const made = {
      at: performance.now(),
      secret: null as string | null,
      coming: Promise.race([handOver(target), patience]),
    };
    void made.coming.then((secret) => (made.secret = secret));
    held.set(target, made);
    return made.coming;
  }

  function originOf(address: string): string | null {
    try {
      const { origin } = new URL(address, document.baseURI);
      return origins.includes(origin) ? origin : null;
    } catch {
      return null;
    }
  }

  const fragmentOf = (secret: string | null): string => (secret ? `#beside=${secret}` : "");

  async function go(address: string, target: string, how: "assign" | "replace"): Promise<void> {
    const secret = await prepare(target);
    held.delete(target);
    passing = address + fragmentOf(secret);
    location[how](passing);
  }

  function onNavigate(event: Event): void {
    const { navigationType, destination, formData, downloadRequest, cancelable } = event as NavigateEvent;
    const { url } = destination;
    const target = originOf(url);
    const isOurs = url === passing || url.includes("#beside=");
    passing = "";
    if (isOurs || !target || !cancelable || formData || downloadRequest !== null) return;
    if (navigationType !== "push" && navigationType !== "replace") return;
    event.preventDefault();
    void go(url, target, navigationType === "push" ? "assign" : "replace");
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
    const secret = held.get(address.origin)?.secret;
    if (secret) {
      held.delete(address.origin);
      address.carry(fragmentOf(secret));
    } else if (!waited.delete(form)) {
      waited.add(form);
      event.preventDefault();
      void prepare(address.origin).then(address.send);
    }
  }

  const { navigation } = window as { navigation?: EventTarget };
  addEventListener("pointerdown", onPress, { capture: true, passive: true, signal });
  addEventListener("focusin", onPress, { capture: true, signal });
  addEventListener("submit", onSubmit, { signal });
  if (navigation) navigation.addEventListener("navigate", onNavigate, { signal });
  else addEventListener("click", onClick, { signal });
  return () => life.abort();
}
