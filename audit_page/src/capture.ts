/**
 * What `beside audit` puts into every document of a page before the page's own scripts: the shop's capture engine, asleep
 * until a pass is opened, and a search for fields that owes nothing to the engine. Writes nothing to the page but what the
 * snippet would: one host with a closed root. Types nothing, judges nothing.
 */
import { type Capture, startCapture } from "../../js-snippet/src/capture/engine.ts";
import type { ExtraFiles } from "../../js-snippet/src/capture/extras.ts";
import type { Frame, SitePolicy } from "../../js-snippet/src/wire/protocol.gen.ts";
import { around, type FoundField, describeField, fieldsBelow, pathOf } from "./fields.ts";
import { type FoundIdle, type PagePolicy, policyOfPage } from "./policies.ts";
import { type FoundRule, rulesBelow } from "./rules.ts";
import { Verdicts } from "./verdicts.ts";

declare global {
  interface Window {
    readonly besideAudit: Audit;
    /** Hands one frame over to the command: the bytes that the snippet would send. */
    besideAuditFrame(text: string): Promise<void>;
  }
}

// As the snippet loads them, only from this very file.
const EXTRAS: { [Name in keyof ExtraFiles]: () => Promise<ExtraFiles[Name]> } = {
  animations: () => import("../../js-snippet/src/capture/animations.ts"),
  pixels: () => import("../../js-snippet/src/capture/pixels.ts"),
  payment_frames: () => import("../../js-snippet/src/capture/payment_frames.ts"),
  sprite_symbols: () => import("../../js-snippet/src/capture/sprite_symbols.ts"),
};
// One more than the engine's longest gap between frames of a busy page (50 ms), in animation frames of 60 a second.
const CALM_FRAMES = 8;
// A page that animates without end is never calm.
const LONGEST_WAIT_MS = 4_000;

class Audit {
  #capture: Capture | null = null;
  #host: Element | null = null;
  #verdicts = new Verdicts();
  #frames = 0;
  #epoch = 0;
  /** Of this document: what a rule has found in one pass it has found. */
  #policy: PagePolicy | null = null;

  /** Begins to capture, as the snippet does when a view opens. The site's tag may ask for private mode. */
  async open(privateMode: boolean | null, given: SitePolicy | null): Promise<void> {
    this.#policy ??= await policyOfPage(given, ownTag());
    const { settings } = this.#policy;
    const host = (this.#host = document.createElement("beside-audit"));
    host.attachShadow({ mode: "closed" });
    document.documentElement.append(host);
    this.#verdicts = new Verdicts();
    this.#frames = 0;
    this.#capture = startCapture({
      document,
      ownHost: host,
      epoch: this.#epoch + 1,
      publish: (frame) => this.#publish(frame),
      loadExtra: (name) => EXTRAS[name](),
      settings: { ...settings, privateMode: privateMode ?? (settings.privateMode || isPrivate()) },
    });
  }

  #publish(frame: Frame): boolean {
    this.#frames++;
    this.#epoch = frame[1];
    this.#verdicts.apply(frame);
    void window.besideAuditFrame(JSON.stringify(frame));
    return true;
  }

  /** False in a document that has taken the place of the one that a pass was opened in. */
  isOpen(): boolean {
    return this.#capture !== null;
  }

  /** Asks for a keyframe: the whole page as a view knows it by now. */
  async keyframe(): Promise<void> {
    const before = this.#frames;
    this.#capture?.keyframe();
    await until(() => this.#frames > before || this.isPausing());
    await this.quiet();
  }

  /** Resolves once there is a frame, or there will be none, and a number of animation frames in a row brought none. */
  async quiet(): Promise<void> {
    let calm = 0;
    let seen = -1;
    await until(() => {
      calm = seen === this.#frames && (seen > 0 || this.isPausing()) ? calm + 1 : 0;
      seen = this.#frames;
      return calm >= CALM_FRAMES;
    });
  }

  close(): void {
    this.#capture?.stop();
    this.#host?.remove();
    this.#capture = this.#host = null;
  }

  /** The form controls of this document, its open shadow roots included. */
  fields(): Element[] {
    return fieldsBelow(document);
  }

  fieldsBelow(root: ParentNode): Element[] {
    return fieldsBelow(root);
  }

  describe(field: Element): FoundField {
    return describeField(field);
  }

  around(field: Element): ReturnType<typeof around> {
    return around(field, topAudit());
  }

  /** Does the policy that this page is audited under pause it? */
  isPausing(): boolean {
    return this.#policy?.isPausing() ?? false;
  }

  /** Is it a rule of that policy which blocks this very element, be it of this document or of one in its frames? */
  blocks(element: Element): boolean {
    return this.#policy?.blocks(element) ?? false;
  }

  /** What was told of a field in the pass that is open; null: nothing was. */
  toldOf(field: Element): ReturnType<Verdicts["of"]> {
    return this.#verdicts.of(field, (node) => this.#capture?.find(this.#epoch, node) ?? null);
  }

  /** Where a node of the last epoch stands, in words; null: it is gone. */
  placeOf(epoch: number, node: number): string | null {
    const found = this.#capture?.find(epoch, node);
    return found ? pathOf(found) : null;
  }

  /** The site's own marks in this document. */
  rules(): FoundRule[] {
    return rulesBelow(document);
  }

  /** The policy that the page is audited under, in words, and its rules that have found nothing so far. */
  policy(): { says: string; idle: FoundIdle[] } {
    return { says: this.#policy?.says ?? "", idle: this.#policy?.idle() ?? [] };
  }

  /** The address of the site's own tag, where there is one. */
  tag(): string | null {
    return ownTag()?.src ?? null;
  }
}

const ownTag = (): HTMLScriptElement | null => document.querySelector("script[data-site][src*='/beside.js']");
const isPrivate = (): boolean => document.querySelector("script[data-site][data-private]") !== null;

/** Of the document that passes are opened in; null where that is another origin's. */
function topAudit(): Audit | null {
  try {
    return window.top?.besideAudit ?? null;
  } catch {
    return null;
  }
}

async function until(isDone: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!isDone() && performance.now() < end) await new Promise((resolve) => requestAnimationFrame(resolve));
}

Object.defineProperty(window, "besideAudit", { value: new Audit() });
