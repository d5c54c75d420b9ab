/**
 * The style sheets of the mirror: constructed in the frame's own realm (a document refuses sheets of another), once for
 * all whose text is the same, adopted in document order with the page's own adopted sheets after them.
 *
 * A constructed sheet ignores `@import` and cannot be loaded by address. A root that needs either gets elements for the
 * sheets up to and including the last such one, since adopted sheets come after all elements; the elements stand inside
 * the owner's stand-in. Where the frame's CSP refuses style elements, the import is dropped and the rest still paints.
 */
import type { Addresses } from "./addresses.ts";
import { type CleanCss, cleanCss } from "./css.ts";
import * as dom from "./dom.ts";
import { DARK_CSS, OWN_CSS, PAGE_CSS } from "./own_sheet.ts";
import { hasMediaFeatures, Media } from "./media.ts";
import { hasStates, showStates } from "./states.ts";
import { documentOf, inDocumentOrder, isAttached, type Item, rootOf } from "./tree.ts";

// An element parses its text by itself: some seconds for so much of what one frame names. Two hundred components whose own
// sheets of 100 kB import another stay within it; beyond, imports are dropped, and the rest still paints.
const MAX_CARRIED_CHARS = 20_000_000;
// Constructed since it was last looked for what is in use, and what the smallest counts as.
const MAX_UNSWEPT_CHARS = 8_000_000;
const LEAST_CHARS = 1000;

interface Owned {
  root: Item | null;
  text: string | null;
  /** Rules that came behind those of the text, and the sheet that they are in: the text's own may be another's too. */
  added: string;
  extra: CSSStyleSheet | null;
  href: string | null;
  media: string;
  disabled: boolean;
  imports: boolean;
  /** `extra` was constructed in its realm: no other takes it. */
  document: Document | null;
  carrier: Element | null;
  /** Whether the agent was told that this sheet is missing. */
  reported: boolean;
}

/** A sheet as it travels, with its text in place of a name. */
export type PlainSheet = [
  "sheet",
  owner: number,
  text: string | null,
  href: string | null,
  media: string,
  off: boolean,
];

const needsElement = (owned: Owned): boolean => owned.imports || owned.text === null;

/** What was constructed for one document. */
interface Constructed {
  readonly own: readonly CSSStyleSheet[];
  /** By text and media: a thousand custom elements of one kind share one sheet, whether they adopt or link it. */
  readonly shared: Map<string, Map<string, CSSStyleSheet>>;
  unsweptChars: number;
}

export class Sheets {
  private readonly owned = new Map<Item, Owned>();
  private readonly adopted = new Map<Item, readonly string[]>();
  private readonly applied = new Map<Item, readonly CSSStyleSheet[]>();
  private readonly roots = new Set<Item>();
  private readonly dirty = new Set<Item>();
  private readonly constructed = new WeakMap<Document, Constructed>();
  private readonly media = new Media();
  /** Within a frame: a thousand elements may name one text, and an address costs as much as a hundred rules. */
  private readonly cleaned = new Map<string, Map<string | null, CleanCss>>();
  private carriedChars = 0;

  constructor(
    private readonly document: Document,
    private readonly addresses: Addresses,
    private readonly onMissing: (href: string) => void,
  ) {}

  /** Takes note of a new root; `flush` gives it the mirror's own sheet. */
  addRoot(root: Item): void {
    this.roots.add(root);
    this.dirty.add(root);
  }

  /** The nodes of a frame's document stand in another document now, which has none of their sheets. */
  remount(document: Item): void {
    for (const root of this.roots) {
      if (documentOf(root) !== document) continue;
      this.applied.delete(root);
      this.dirty.add(root);
    }
    for (const [owner, owned] of this.owned) if (documentOf(owner) === document) this.removeCarrier(owned);
  }

  set(owner: Item, [, , text, href, media, disabled]: PlainSheet): void {
    const known = this.owned.get(owner);
    if (known?.carrier) this.removeCarrier(known);
    if (text === null && href === null) {
      this.owned.delete(owner);
    } else {
      const clean = text === null ? null : this.clean(text, href);
      this.owned.set(owner, {
        root: rootOf(owner),
        text: clean?.text ?? null,
        added: "",
        extra: null,
        href,
        media,
        disabled,
        imports: clean?.imports ?? false,
        document: null,
        carrier: null,
        reported: false,
      });
    }
    this.mark(known?.root ?? null);
    this.mark(rootOf(owner));
  }

  /** Is the text of this owner's sheet known, so that more may follow it? */
  holdsText(owner: Item): boolean {
    return typeof this.owned.get(owner)?.text === "string";
  }

  /** Adds rules behind those of an owner's sheet. */
  extend(owner: Item, css: string): void {
    const owned = this.owned.get(owner);
    if (owned?.text == null) return;
    const { imports, text } = cleanCss(css, this.addresses, owned.href ?? undefined);
    owned.added += `\n${text}`;
    owned.imports ||= imports;
    this.mark(owned.root);
    this.removeCarrier(owned);
    const { document, extra } = owned;
    if (!extra || !document) return;
    if (!dom.viewOf(document)) {
      owned.extra = null;
      return;
    }
    // Written anew, a sheet of thousands of rules would cost the agent more with each that comes.
    for (const { cssText } of this.construct(document, text, "").cssRules)
      extra.insertRule(cssText, extra.cssRules.length);
  }

  adopt(root: Item, texts: readonly string[]): void {
    this.adopted.set(
      root,
      texts.map((text) => this.clean(text, null).text),
    );
    this.dirty.add(root);
  }

  /** The shopper's screen answers media queries otherwise than it did: what was built by the old answers is built anew. */
  answerMedia(features: readonly string[], pixelRatio: number): void {
    if (!this.media.set(features, pixelRatio)) return;
    for (const owned of this.owned.values()) {
      this.removeCarrier(owned);
      owned.extra = null;
      this.mark(owned.root);
    }
    for (const root of this.roots) {
      const { node } = root;
      if (node) this.constructed.get((dom.ownerDocument(node) ?? node) as Document)?.shared.clear();
      if (node === this.document) this.dirty.add(root);
    }
    for (const root of this.adopted.keys()) this.dirty.add(root);
  }

  /** Makes a parsed sheet answer as it does for the shopper. `text` is what it was parsed from. */
  private adapt(sheet: CSSStyleSheet, text: string): void {
    const states = hasStates(text);
    const media = hasMediaFeatures(text);
    if (states || media) for (const rule of sheet.cssRules) this.adaptRule(rule, states, media);
  }

  private adaptRule(rule: CSSRule, states: boolean, media: boolean): void {
    if (states && "selectorText" in rule) showStates(rule as CSSStyleRule);
    const list = media ? (rule as CSSMediaRule | CSSImportRule).media : undefined;
    if (list) {
      const answered = this.media.answer(list.mediaText);
      if (answered !== list.mediaText) list.mediaText = answered;
    }
    if (media && "style" in rule) this.media.answerScheme(rule.style as CSSStyleDeclaration);
    for (const inner of (rule as CSSGroupingRule).cssRules ?? []) this.adaptRule(inner, states, media);
  }

  /** Nodes moved: the order of the owners may be another now. A style element that moved lost its rules. */
  reorder(moved: ReadonlySet<Item>): void {
    for (const [owner, owned] of this.owned) {
      this.mark(owned.root);
      owned.root = rootOf(owner);
      this.mark(owned.root);
      let at: Item | null = owner;
      while (at && !moved.has(at)) at = at.parent;
      if (at) this.removeCarrier(owned);
    }
  }

  forget(item: Item): void {
    this.adopted.delete(item);
    this.applied.delete(item);
    this.roots.delete(item);
    this.mark(this.owned.get(item)?.root ?? null);
    this.owned.delete(item);
  }

  private clean(text: string, href: string | null): CleanCss {
    const byHref = this.cleaned.get(text) ?? new Map<string | null, CleanCss>();
    this.cleaned.set(text, byHref);
    const known = byHref.get(href);
    if (known) return known;
    const clean = cleanCss(text, this.addresses, href ?? undefined);
    byHref.set(href, clean);
    return clean;
  }

  private mark(root: Item | null): void {
    if (root) this.dirty.add(root);
  }

  /** Brings every changed root's list of sheets up to date. */
  flush(): void {
    const byRoot = new Map<Item, Item[]>([...this.dirty].map((root) => [root, []]));
    const concerned = [...this.owned.keys()].filter((owner) => byRoot.has(rootOf(owner) as Item));
    // All at once: to put those of one root in order looks through all that stands beside its host.
    for (const owner of inDocumentOrder(concerned)) byRoot.get(rootOf(owner) as Item)?.push(owner);
    const documents = new Set<Document>();
    for (const [root, owners] of byRoot) {
      if (!isAttached(root)) continue;
      this.applyTo(root, owners);
      documents.add(documentOf(root)?.node as Document);
    }
    // Not before all are applied: what one has given up, another may take up.
    for (const document of documents) this.sweep(document);
    this.dirty.clear();
    this.cleaned.clear();
    this.carriedChars = 0;
  }

  /** Forgets what no root has any more: a sheet that is edited leaves a text behind each time. */
  private sweep(document: Document): void {
    const known = this.constructed.get(document);
    if (!known || known.unsweptChars < MAX_UNSWEPT_CHARS) return;
    known.unsweptChars = 0;
    const used = new Set([...this.applied.values()].flat());
    for (const [text, byMedia] of known.shared) {
      for (const [media, sheet] of byMedia) if (!used.has(sheet)) byMedia.delete(media);
      if (!byMedia.size) known.shared.delete(text);
    }
  }

  private applyTo(root: Item, owners: Item[]): void {
    const document = documentOf(root)?.node as Document;
    // A document that no frame shows yet takes no sheets; `remount` comes when one does.
    if (!dom.viewOf(document)) return;
    const constructed = this.constructedFor(document);
    const all = owners.map((owner) => [owner, this.owned.get(owner) as Owned] as const);
    let elements = all.length;
    while (elements && !needsElement(all[elements - 1]?.[1] as Owned)) elements--;
    const sheets = [...constructed.own];
    if (root.node === this.document && this.media.isDark) sheets.push(this.share(document, constructed, DARK_CSS, ""));
    all.forEach(([owner, owned], at) => {
      const carried = at < elements && this.carry(owner, owned);
      if (!carried && owned.carrier) this.removeCarrier(owned);
      if (carried || owned.text === null || owned.disabled) return;
      sheets.push(this.share(document, constructed, owned.text, owned.media));
      if (!owned.added) return;
      if (owned.document !== document) owned.extra = null;
      owned.document = document;
      owned.extra ??= this.construct(document, owned.added, owned.media);
      sheets.push(owned.extra);
    });
    for (const text of this.adopted.get(root) ?? []) sheets.push(this.share(document, constructed, text, ""));
    const list = withoutRepeats(sheets);
    const before = this.applied.get(root);
    if (before && before.length === list.length && before.every((sheet, at) => sheet === list[at])) return;
    this.applied.set(root, list);
    dom.adoptSheets(root.node as Document | ShadowRoot, list);
  }

  /** Puts a sheet into an element of its own; false where the frame's CSP refused it. */
  private carry(owner: Item, owned: Owned): boolean {
    if (owned.carrier) return true;
    if (owned.text === null) return this.link(owner, owned);
    const text = owned.text + owned.added;
    this.carriedChars += text.length;
    if (this.carriedChars > MAX_CARRIED_CHARS) return false;
    const style = dom.createElement(this.document, "el", "style") as HTMLStyleElement;
    if (owned.media) dom.setAttribute(style, "media", this.media.answer(owned.media));
    dom.appendChild(style, dom.createText(this.document, text));
    dom.appendChild(owner.node as Node, style);
    if (!style.sheet) {
      dom.removeChild(owner.node as Node, style);
      return false;
    }
    style.sheet.disabled = owned.disabled;
    this.adapt(style.sheet, text);
    owned.carrier = style;
    return true;
  }

  private link(owner: Item, owned: Owned): boolean {
    const href = owned.href === null ? null : this.addresses.remote(owned.href);
    if (href === null) {
      if (!owned.reported) this.onMissing(owned.href ?? "");
      owned.reported = true;
      return true;
    }
    if (owned.disabled) return true;
    const link = dom.createElement(this.document, "el", "link") as HTMLLinkElement;
    dom.setAttribute(link, "rel", "stylesheet");
    dom.setAttribute(link, "referrerpolicy", "no-referrer");
    if (owned.media) dom.setAttribute(link, "media", this.media.answer(owned.media));
    link.addEventListener("error", () => this.onMissing(href), { once: true });
    dom.setAttribute(link, "href", href);
    dom.appendChild(owner.node as Node, link);
    owned.carrier = link;
    return true;
  }

  private removeCarrier(owned: Owned): void {
    const parent = owned.carrier && dom.parentNode(owned.carrier);
    if (parent) dom.removeChild(parent, owned.carrier as Element);
    owned.carrier = null;
  }

  private constructedFor(document: Document): Constructed {
    let known = this.constructed.get(document);
    if (!known) {
      const own = this.construct(document, document === this.document ? PAGE_CSS : OWN_CSS, "");
      this.constructed.set(document, (known = { own: [own], shared: new Map(), unsweptChars: 0 }));
    }
    return known;
  }

  private construct(document: Document, text: string, media: string): CSSStyleSheet {
    const realm = dom.viewOf(document) as Window & typeof globalThis;
    const sheet = new realm.CSSStyleSheet({ media: this.media.answer(media) });
    sheet.replaceSync(text);
    this.adapt(sheet, text);
    return sheet;
  }

  /** The sheet of a clean text: the one that others have, where there is one. */
  private share(document: Document, constructed: Constructed, text: string, media: string): CSSStyleSheet {
    const byMedia = constructed.shared.get(text) ?? new Map<string, CSSStyleSheet>();
    constructed.shared.set(text, byMedia);
    const known = byMedia.get(media);
    if (known) return known;
    const sheet = this.construct(document, text, media);
    byMedia.set(media, sheet);
    constructed.unsweptChars += text.length + LEAST_CHARS;
    return sheet;
  }
}

/**
 * The first and the last of each sheet: between them it says nothing, since layers stand in the order in which they are
 * first named, and of two rules of one weight the last holds. A root may name one sheet for thousands of its elements.
 */
function withoutRepeats(sheets: readonly CSSStyleSheet[]): CSSStyleSheet[] {
  const first = new Map<CSSStyleSheet, number>();
  const last = new Map<CSSStyleSheet, number>();
  sheets.forEach((sheet, at) => {
    if (!first.has(sheet)) first.set(sheet, at);
    last.set(sheet, at);
  });
  return sheets.filter((sheet, at) => first.get(sheet) === at || last.get(sheet) === at);
}
