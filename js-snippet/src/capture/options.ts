/** What a capture is asked for, and what can be asked of it. */
import type { SiteRules } from "../mask/judge.ts";
import type { Frame } from "../wire/protocol.gen.ts";
import type { LoadExtra, PictureLine } from "./extras.ts";

export interface CaptureSettings {
  /** Beyond this many nodes the page is one box "page too large". */
  readonly maxNodes: number;
  /** How long the engine reads the page before it lets others work; 0: a node at a time, for tests. */
  readonly slice_ms: number;
  /** Mask all text but what is shown by `data-beside="show"`. */
  readonly privateMode: boolean;
  /** Hosts (with port) whose asset addresses keep their query. */
  readonly queryHosts: readonly string[];
  /** The site's policy, where it has one. */
  readonly rules: SiteRules | null;
}

// Specifications and price lists of one page come to about 100,000 nodes; the wire ends at 200,000.
// A task of 50 ms is felt: a slice leaves the page the larger part of it, also where one node takes long.
const DEFAULTS: CaptureSettings = { maxNodes: 150_000, slice_ms: 20, privateMode: false, queryHosts: [], rules: null };

/** Throws where a setting is unknown: a misspelt one must not loosen the mask in silence. */
export function settingsOf(stated: Partial<CaptureSettings> | undefined): CaptureSettings {
  const settings = { ...DEFAULTS, ...stated };
  for (const name of Object.keys(settings))
    if (!Object.hasOwn(DEFAULTS, name)) throw new Error(`Beside knows no capture setting "${name}": remove it.`);
  return settings;
}

export interface CaptureOptions {
  document: Document;
  /** Beside's own shadow host: never captured. */
  ownHost: Element;
  /** For the first keyframe; each further one has the last + 1. */
  epoch: number;
  /** The texts of style sheets that the relay holds, by hash: the first keyframe names them. */
  sheets?: readonly string[];
  /**
   * Called in order. False: the frame was dropped, and somebody asks for a keyframe. The engine stays correct if it
   * throws: a keyframe follows.
   */
  publish(frame: Frame): boolean;
  /** The page's reduced path, at the start and when the shop changes it without a page load. */
  onNavigatePath?(path: string): void;
  /**
   * Capture has paused by itself: the site's policy pauses sharing on the path that the page has now, or the page removes
   * what it is watched by as often as it is put back.
   */
  onPaused?(): void;
  /** Loads a further file of the engine, for pages that need it. */
  loadExtra?: LoadExtra;
  /** The way of pictures that are uploaded, as it is now; without one they are missing. */
  line?: () => PictureLine;
  /** By which echoes are known of what was typed on the pages before: the relay's key, and what was kept by it. */
  echoes?: { key: string; kept: readonly number[]; keep(prints: readonly number[]): void };
  settings?: Partial<CaptureSettings>;
}

export interface Capture {
  /** Called with each picture that is uploaded, before a frame names it. */
  onPicture?: ((hash: string, bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** A keyframe of a new epoch, soon. `sheets`: the texts that the relay holds, where it was the relay that asked. */
  keyframe(sheets?: readonly string[] | null): void;
  /** Nothing more leaves, until `resume`. */
  pause(): void;
  /** Captures again, from a keyframe on: of the given epoch, or a later one where that has been used. */
  resume(epoch?: number, sheets?: readonly string[]): void;
  /** The last frame was larger than the wire takes: the page is one box from now on, until `resume`. */
  tooLarge(): void;
  /** The relay withheld a frame for what this node shows: a box from now on, and a keyframe to go on from. */
  block(epoch: number, node: number): void;
  /** The element of a node id, for highlights; null where the epoch is another or the element is gone. */
  find(epoch: number, node: number): Element | null;
  /** What the agent's picture calls an element, by what was sent of it; empty where it has no name there. */
  labelOf(element: Element): string;
  /** A masked field is edited: of what the page does meanwhile nothing is told. */
  readonly isHolding: boolean;
  /** Leaves nothing behind. */
  stop(): void;
}
