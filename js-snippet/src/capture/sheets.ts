/**
 * Style sheets as the mirror knows them: read whole, sent when they differ. An edit leaves a stale mark and the sheet is
 * read again, so an edit that no mark caught is healed by the next one.
 */
import type { Mask } from "../mask.ts";
import { adoptedBy, isAsWritten, isOff, litText, readRules, rulesText, styleText } from "../mask/css_text.ts";
import { baseURI, isElement, localName } from "../mask/nodes.ts";
import type { Change } from "../wire/protocol.gen.ts";
import { type Again, type Known, movedTo } from "./known.ts";
import type { Natives } from "./natives.ts";
import type { Reading } from "./reading.ts";
import { recheck } from "./recheck.ts";
import { SheetTexts } from "./sheet_texts.ts";
import type { Steps } from "./slices.ts";

type Owner = HTMLStyleElement | HTMLLinkElement;
type Root = Document | ShadowRoot;

interface Read {
  readonly count: number;
  readonly css: string;
  /** What it was before the last rules came behind it; null where it was read whole. */
  readonly base: string | null;
  /** As the shop's server wrote it. */
  readonly isServed: boolean;
  /** Rules that came behind it since. */
  grown: number;
}

// A cached sheet answers in a few ms; a slow one must not keep the agent from seeing the page.
const FETCH_CAP_MS = 400;
const MAX_CSS_CHARS = 5_000_000;
// One may take as long to judge as many nodes to read: before each there is a look at the clock.
const SHEET_NODES = 32;
const EMPTIED = /[\w-]: ;/;
const isOwner = (node: Node | null): node is Owner => isElement(node) && /^(?:style|link)$/.test(localName(node));

/** What the mirror knows of an owner's sheet. */
interface Sent {
  readonly css: string | null;
  /** What that was made of, unjudged. */
  readonly raw: string | null;
  readonly href: string | null;
  readonly media: string;
  readonly disabled: boolean;
}

const NO_SHEET: Sent = { css: null, raw: null, href: null, media: "", disabled: false };
const isSame = (a: Sent, b: Sent): boolean =>
  a.css === b.css && a.href === b.href && a.media === b.media && a.disabled === b.disabled;

export class Sheets {
  readonly texts = new SheetTexts();
  /** Links that a script switched on. */
  readonly enabled = new WeakSet<Node>();
  #sent = new Map<Known, Sent>();
  #adopted = new Map<Known, readonly string[]>();
  readonly #lists = new WeakMap<Known, readonly CSSStyleSheet[]>();
  /** What was last sent of an owner or a constructed sheet, in whatever epoch: sending that again tells nothing new. */
  readonly #last = new WeakMap<object, string>();
  /** What that was made of, with its base. */
  readonly #lastRead = new WeakMap<object, { readonly raw: string; readonly base: string }>();
  readonly #media = new WeakMap<CSSStyleSheet, string>();
  readonly #read = new WeakMap<CSSStyleSheet, Read>();
  readonly #edited = new WeakSet<CSSStyleSheet>();
  /** Touched in some way: whether they are edited is seen when they are read. */
  readonly #suspect = new WeakSet<CSSStyleSheet>();
  /** Judged in the frame that is being made: many roots share a sheet. */
  readonly #judged = new Map<CSSStyleSheet, string>();
  /** Sources of linked sheets as the server wrote them, by address; null where they could not be had. */
  readonly #written = new Map<string, string | null>();
  readonly #flagged = new Set<Element>();
  isAdoptedDirty = false;

  constructor(
    private readonly document: Document,
    private readonly mask: Mask,
    private readonly natives: () => Natives,
  ) {}

  /** Fetches the sources of linked sheets of this origin, from the browser's cache. Resolves within its cap. */
  prepare(owners: Iterable<Element>): Promise<void> | null {
    const hrefs = [...owners].flatMap((owner) => {
      const { href } = (owner as Owner).sheet ?? {};
      const isNew = href?.startsWith(this.document.location.origin + "/") && !this.#written.has(href);
      return isNew ? [href as string] : [];
    });
    if (!hrefs.length) return null;
    const { fetch, setTimer } = this.natives();
    const cap = new Promise<null>((resolve) => setTimer(() => resolve(null), FETCH_CAP_MS));
    const wanted = [...new Set(hrefs)].map(async (href) => {
      try {
        const answer = fetch(href, { cache: "force-cache", mode: "same-origin", referrerPolicy: "no-referrer" });
        const text = answer.then((response) => (response.ok ? response.text() : null));
        this.#written.set(href, await Promise.race([text, cap]));
      } catch {
        this.#written.set(href, null);
      }
    });
    return Promise.all(wanted).then(() => {});
  }

  /** An edit through the object model; null: of a list of adopted sheets. `at`: where a rule was inserted. */
  markEdited(sheet: CSSStyleSheet | null, at: number | null = null): void {
    const read = sheet && at !== null ? this.#read.get(sheet) : undefined;
    // Libraries write rules one behind the other: what stands before them is not read again.
    if (read?.grown && at === read.count + read.grown) {
      read.grown++;
      return;
    }
    this.isAdoptedDirty = true;
    let top = sheet;
    if (!top) return;
    while (top.parentStyleSheet) top = top.parentStyleSheet;
    const owner = top.ownerNode;
    if (owner) this.#flagged.add(owner as Element);
    if (owner && read && at === read.count && (this.#edited.has(top) || !read.css)) {
      this.#edited.add(top);
      read.grown = 1;
      return;
    }
    this.#suspect.add(top);
    this.#read.delete(top);
  }

  /** Any sheet may have been edited. */
  markAll(): void {
    for (const sheet of this.#all()) this.markEdited(sheet);
  }

  /** Looks for edits that no mark tells of, until the returned function is called. */
  watch(request: () => void): () => void {
    return recheck(
      this.natives,
      () => {
        if (this.#hasOtherLists()) {
          this.isAdoptedDirty = true;
          request();
        }
        return this.#all();
      },
      (sheet, isLonger) => {
        const read = this.#read.get(sheet);
        // The hook told of what came behind.
        if (isLonger && read && read.count + read.grown === readRules(sheet)?.length) return;
        this.markEdited(sheet);
        request();
      },
    );
  }

  #all(): Set<CSSStyleSheet> {
    const all = new Set<CSSStyleSheet>();
    for (const { node } of this.#sent.keys())
      if ((node as Owner).sheet) all.add((node as Owner).sheet as CSSStyleSheet);
    for (const { node } of this.#adopted.keys()) for (const sheet of adoptedBy(node as Root)) all.add(sheet);
    return all;
  }

  #hasOtherLists(): boolean {
    for (const known of this.#adopted.keys()) {
      const list = adoptedBy(known.node as Root);
      const before = this.#lists.get(known) ?? [];
      if (list.length !== before.length || list.some((sheet, index) => sheet !== before[index])) return true;
    }
    return false;
  }

  /** The element's own text or attributes changed: what its sheet was edited to is gone with the old sheet. */
  mark(owner: Node | null): void {
    if (!isOwner(owner)) return;
    if (owner.sheet) this.#read.delete(owner.sheet);
    this.#flagged.add(owner);
  }

  /** The same of the owners among these nodes, which may be many. */
  markAmong(nodes: ReadonlySet<Node>): void {
    for (const { node } of this.#sent.keys()) if (nodes.has(node)) this.mark(node);
  }

  forget(known: Known): void {
    this.#sent.delete(known);
    this.#adopted.delete(known);
  }

  reset(): void {
    this.#sent.clear();
    this.#adopted.clear();
  }

  /** The tree is sent again as it was: so are its sheets. `of`: as what a node is sent again. */
  again(of: Again, changes: Change[]): void {
    this.#sent = movedTo(of, this.#sent);
    this.#adopted = movedTo(of, this.#adopted);
    for (const [known, sent] of this.#sent) if (!isSame(sent, NO_SHEET)) this.#tell(known, sent, changes);
    for (const [known, texts] of this.#adopted) if (texts.length) this.#tellAdopted(known, texts, changes);
  }

  #tell({ id }: Known, { css, disabled, href, media }: Sent, changes: Change[]): void {
    changes.push(["sheet", id, css === null ? null : this.texts.write(css), href, media, disabled]);
  }

  #tellAdopted({ id }: Known, texts: readonly string[], changes: Change[]): void {
    changes.push(["adopted", id, texts.slice(0, 500).map((text) => this.texts.write(text))]);
  }

  /** Reads every sheet of a root, so that the attributes they select by are known before elements are read. */
  learn(root: Root): boolean {
    let isNew = false;
    const all: { owner: Node; sheet: CSSStyleSheet }[] = [...root.styleSheets].map((sheet) => ({
      owner: sheet.ownerNode ?? root,
      sheet,
    }));
    for (const sheet of adoptedBy(root)) all.push({ owner: root, sheet });
    for (const { owner, sheet } of all) {
      const read = this.#readSheet(sheet, owner);
      if (read && this.mask.learnStyled(read.css)) isNew = true;
    }
    return isNew;
  }

  /** A sheet's own CSS, unjudged, and how many rules it has; null where it is another origin's. */
  #readSheet(sheet: CSSStyleSheet, owner: Node): Read | null {
    const rules = readRules(sheet);
    if (!rules) return null;
    const known = this.#read.get(sheet);
    if (known && known.count + known.grown === rules.length)
      return known.grown ? this.#grow(sheet, known, rules) : known;
    // Another number of rules than when it was first read, and no mark: edited past our hooks.
    if (known) this.#suspect.add(sheet);
    const written = this.#edited.has(sheet) ? null : this.#writtenOf(sheet, owner, rules);
    // Nobody can say of it any more that it is as it was served.
    if (written === null && this.#suspect.has(sheet)) this.#edited.add(sheet);
    this.#suspect.delete(sheet);
    const isServed = /^https?:/.test(sheet.href ?? "") && !this.#edited.has(sheet);
    return this.#keep(sheet, written ?? rulesText(rules), rules, null, isServed);
  }

  #grow(sheet: CSSStyleSheet, { count, css }: Read, rules: CSSRuleList): Read {
    return this.#keep(sheet, `${css}${css && "\n"}${rulesText(rules, count)}`, rules, css);
  }

  #keep(sheet: CSSStyleSheet, css: string, { length }: CSSRuleList, base: string | null, isServed = false): Read {
    const read = { count: length, css: css.slice(0, MAX_CSS_CHARS), base, isServed, grown: 0 };
    this.#read.set(sheet, read);
    return read;
  }

  #writtenOf(sheet: CSSStyleSheet, owner: Node, rules: CSSRuleList): string | null {
    const isConstructed = !isElement(owner);
    // Its rules tell all of it but shorthands with `var()` of which a longhand is set again: those come out empty.
    const text = isConstructed
      ? EMPTIED.test(rulesText(rules))
        ? litText(owner, sheet)
        : null
      : sheet.href
        ? this.#written.get(sheet.href)
        : styleText(owner);
    if (text == null) return null;
    const isSuspect = isConstructed || this.#suspect.has(sheet);
    // A linked sheet is what its server wrote, until somebody touches it.
    if (sheet.href && !isSuspect) return text;
    if (isAsWritten(text, rules, new (this.natives().CSSStyleSheet)(), isSuspect)) return text;
    this.#edited.add(sheet);
    return null;
  }

  /** The sheets of new owners and roots, and what of the others changed. Gives true where new attribute names came. */
  *describe(reading: Reading, made: readonly Known[], isFull: boolean, changes: Change[]): Steps<boolean> {
    let isNew = false;
    this.#judged.clear();
    const owners = new Set<Known>();
    for (const known of made) {
      // It may have left again while the frame was read.
      if (reading.tree.of(known.node) !== known) continue;
      if (isOwner(known.node)) owners.add(known);
      else if (/^(?:sr|doc)$/.test(known.form) && this.learn(known.node as Root)) isNew = true;
      if (/^(?:sr|doc|document)$/.test(known.form)) this.#adopted.set(known, []);
    }
    for (const element of this.#flagged) {
      const known = reading.tree.of(element);
      // One that is a box tells nothing.
      if (known?.attributes) owners.add(known);
    }
    if (isFull) for (const known of this.#sent.keys()) if (this.#countChanged(known.node as Owner)) owners.add(known);
    this.#flagged.clear();
    const isAdoptedDirty = isFull || this.isAdoptedDirty || made.length > 0;
    this.isAdoptedDirty = false;
    for (const known of owners) {
      if (reading.isOver(SHEET_NODES)) yield;
      if (!reading.isAsSent(known)) this.mark(known.node);
      else if (this.#describeOwner(known, changes)) isNew = true;
    }
    if (isAdoptedDirty)
      for (const root of this.#adopted.keys()) {
        if (reading.isOver(SHEET_NODES)) yield;
        if (reading.isAsSent(root)) this.#describeAdopted(root, changes);
        else this.isAdoptedDirty = true;
      }
    return isNew;
  }

  #countChanged(owner: Owner): boolean {
    const { sheet } = owner;
    if (!sheet) return false;
    // Not read yet: the element was moved, with or within what it stands in, and got its rules anew.
    const read = this.#read.get(sheet);
    return read ? readRules(sheet)?.length !== read.count : readRules(sheet) !== null;
  }

  #describeOwner(known: Known, changes: Change[]): boolean {
    const owner = known.node as Owner;
    const { sheet } = owner;
    const before = this.#sent.get(known);
    let now = NO_SHEET;
    let isNew = false;
    if (sheet) {
      const read = this.#readSheet(sheet, owner);
      const media = this.#readMedia(sheet);
      const disabled = isOff(sheet, this.enabled);
      if (read) {
        const base = sheet.href ?? baseURI(owner);
        const more = before?.css && before.raw === read.base && before.media === media && before.disabled === disabled;
        if (more) return this.#describeMore(known, before, read.css, base, changes);
        isNew = this.mask.learnStyled(read.css);
        now = { css: this.#judge(owner, read, base), raw: read.css, href: null, media, disabled };
      } else {
        const href = this.mask.readSheetUrl(sheet.href ?? "", owner, this.#last.get(owner));
        if (href) this.#last.set(owner, href);
        now = { ...NO_SHEET, href, media, disabled };
      }
    }
    if (before ? !isSame(now, before) : sheet) this.#tell(known, now, changes);
    this.#sent.set(known, now);
    return isNew;
  }

  /** Rules came behind those that were sent: they alone are judged, and sent. */
  #describeMore(known: Known, before: Sent, raw: string, base: string, changes: Change[]): boolean {
    const added = raw.slice((before.raw as string).length + 1);
    const css = this.mask.readCss(added, base, null);
    if (css) changes.push(["rules", known.id, css]);
    this.#last.set(known.node, `${before.css}\n${css}`);
    this.#sent.set(known, { ...before, css: `${before.css}\n${css}`, raw });
    return this.mask.learnStyled(css);
  }

  /** CSS as it may leave. `of`: whose it is. */
  #judge(of: Owner | CSSStyleSheet, { css: raw, isServed }: Read, base: string): string {
    const last = this.#last.get(of);
    // What was sent stays as sent, whatever the page's values are by now.
    const read = this.#lastRead.get(of);
    if (last !== undefined && read?.raw === raw && read.base === base) return last;
    const css = this.mask.readCss(raw, base, last, isServed);
    this.#last.set(of, css);
    this.#lastRead.set(of, { raw, base });
    return css;
  }

  #readMedia(sheet: CSSStyleSheet): string {
    const media = this.mask.readMedia(sheet, this.#media.get(sheet));
    this.#media.set(sheet, media);
    return media;
  }

  #describeAdopted(known: Known, changes: Change[]): void {
    const before = this.#adopted.get(known) ?? [];
    const root = known.node as Root;
    const list = [...adoptedBy(root)];
    this.#lists.set(known, list);
    const sheets = list.filter((sheet) => !sheet.disabled);
    const texts = sheets.map((sheet) => {
      const read = this.#readSheet(sheet, root);
      const css = this.#judged.get(sheet) ?? (read ? this.#judge(sheet, read, baseURI(root)) : "");
      this.#judged.set(sheet, css);
      const media = this.#readMedia(sheet);
      return media ? `@media ${media}{${css}}` : css;
    });
    if (texts.length === before.length && texts.every((text, index) => text === before[index])) return;
    this.#adopted.set(known, texts);
    this.#tellAdopted(known, texts, changes);
  }
}
