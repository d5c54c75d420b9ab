/**
 * Keeps our host above whatever the page shows, and within reach while the page is inert.
 *
 * As a popover the host stands in the browser's top layer, where no z-index of the page gets. A modal `<dialog>` of the
 * page lies above that and makes all that is outside of it inert (HTML, 6.3.1 "Modal dialogs and inert subtrees"): then
 * the host moves into the dialog, and back after. Both happen in microtasks, before the browser paints.
 */

export interface TopLayer {
  /** Stands where it should now. */
  place(): void;
  /** Moves into a modal dialog that covers this point from within a shadow tree, whose changes no document tells. */
  follow(x: number, y: number): void;
}

export interface TopLayerOptions {
  /** Something about the host or an element around it has changed: look whether it can still be seen. */
  onChanged(): void;
  /** The page took the host out of the document. It is not put back before `place()`. */
  onRemoved(): void;
  /** Aborted when the host needs no place any more. */
  signal: AbortSignal;
}

const isModal = (element: Element): boolean => element instanceof HTMLDialogElement && element.matches(":modal");

export function holdTopLayer(root: ShadowRoot, { onChanged, onRemoved, signal }: TopLayerOptions): TopLayer {
  const host = root.host as HTMLElement;
  // Chrome 114, Firefox 125 and Safari 17; below, the host has the highest z-index and no more.
  const hasPopover = "popover" in host;
  /** Open modal dialogs of the page, the topmost last. */
  let modals: Element[] = [];
  /** Where the host was last placed; null before the first time. */
  let home: Element | null = null;

  const around = new MutationObserver(() => {
    if (host.isConnected) onChanged();
    else if (host.parentNode === home)
      place(); // the page removed the dialog that we stood in, not us
    else onRemoved();
  });
  const dialogs = new MutationObserver((records) => {
    for (const { target } of records) note(target as Element);
    place();
  });

  const watchDialogs = (within: Node): void => dialogs.observe(within, { subtree: true, attributeFilter: ["open"] });

  function note(dialog: Element): void {
    modals = modals.filter((other) => other !== dialog);
    if (isModal(dialog)) modals.push(dialog);
  }

  /** A full-screen element makes all outside of it inert in Chromium, popovers too. */
  function innermost(around: Element): Element {
    let full = document.fullscreenElement;
    while (full?.shadowRoot?.fullscreenElement) full = full.shadowRoot.fullscreenElement;
    return full && around.contains(full) ? full : around;
  }

  /** @param isCovered something else has entered the top layer: stand above it again. */
  function place(isCovered = false): void {
    // Asked for before the end.
    if (signal.aborted) return;
    modals = modals.filter((dialog) => dialog.isConnected && isModal(dialog));
    const before = home;
    home = innermost(modals.at(-1) ?? document.documentElement);
    const isThere = host.parentNode === home && host.isConnected;
    if (isThere && home === before && !isCovered) return;
    const focused = root.activeElement as HTMLElement | null;
    if (!isThere) home.append(host);
    if (hasPopover && host.isConnected) {
      if (host.matches(":popover-open")) host.hidePopover();
      host.showPopover();
    }
    focused?.focus({ preventScroll: true });
    around.disconnect();
    for (let node: Node | null = host; node; node = node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null)
      around.observe(node, { childList: true, attributes: true });
  }

  function follow(x: number, y: number): void {
    let hit: Element | null = null;
    for (let next = document.elementFromPoint(x, y); next && next !== hit;) {
      hit = next;
      next = hit.shadowRoot?.elementFromPoint(x, y) ?? null;
    }
    for (let at = hit; at; at = (at.getRootNode() as Partial<ShadowRoot>).host ?? null) {
      const dialog = at.closest("dialog");
      if (dialog && isModal(dialog)) return adopt(dialog);
    }
  }

  /** A modal dialog in a shadow tree, which nobody told of. */
  function adopt(dialog: Element): void {
    watchDialogs(dialog.getRootNode());
    note(dialog);
    place();
  }

  // It opens unheard, but it takes the focus at once, and focus events leave shadow trees.
  const onFocus = (event: Event): void => {
    const dialog = event.composedPath().find((node) => node instanceof Element && isModal(node)) as Element | undefined;
    if (dialog && !modals.includes(dialog)) adopt(dialog);
  };
  document.addEventListener("focusin", onFocus, { capture: true, signal });

  // Something else enters the top layer: before the next paint we stand above it again.
  const onLayer = (event: Event): void => {
    if (event.target === host) return;
    requestAnimationFrame(() => {
      place(true);
      onChanged();
    });
  };
  for (const name of ["beforetoggle", "toggle", "fullscreenchange"])
    document.addEventListener(name, onLayer, { capture: true, signal });
  if (hasPopover) host.popover = "manual";
  modals = [...document.querySelectorAll("dialog")].filter(isModal);
  watchDialogs(document);
  place();
  signal.addEventListener("abort", () => {
    around.disconnect();
    dialogs.disconnect();
    if (hasPopover) host.popover = null;
    document.documentElement.append(host);
  });

  return {
    place: () => place(),
    follow,
  };
}
