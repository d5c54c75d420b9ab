/** What browser tests need of the snippet's own elements: each part alone, in an open root that locators can pierce. */

import { openConnection } from "../../../../js-snippet/src/connection.ts";
import { openEntrance } from "../../../../js-snippet/src/entrance.ts";
import { joinAt } from "../../../../js-snippet/src/join.ts";
import { LOOK } from "../../../../js-snippet/src/loader_look.ts";
import type { Locale } from "../../../../js-snippet/src/loader_words.ts";
import { words as ar } from "../../../../js-snippet/src/locales/ar.ts";
import { words as en } from "../../../../js-snippet/src/locales/en.ts";
import { words as zh } from "../../../../js-snippet/src/locales/zh.ts";
import { type Bar, type BarState, openBar } from "../../../../js-snippet/src/ui/bar.ts";
import { guardBar } from "../../../../js-snippet/src/ui/bar_guard.ts";
import { digitsOf, grouped } from "../../../../js-snippet/src/ui/code_digits.ts";
import { askConsent } from "../../../../js-snippet/src/ui/consent.ts";
import { openDialog } from "../../../../js-snippet/src/ui/dialog.ts";
import { showEnding } from "../../../../js-snippet/src/ui/ending.ts";
import { openGuidance } from "../../../../js-snippet/src/ui/guidance.ts";
import { runHelp } from "../../../../js-snippet/src/ui/help.ts";
import { openStage, type Stage } from "../../../../js-snippet/src/ui/stage.ts";
import type { ConsentOffer, Frame } from "../../../../js-snippet/src/wire/protocol.gen.ts";

const WORDS = { en, ar, zh };
/** What the parts told, in order: tests read it. */
const told: unknown[][] = [];
const tell =
  (name: string) =>
  (...values: unknown[]): void =>
    void told.push([name, ...values]);

let host: HTMLElement;
let stage: Stage;
let words = en;
let bar: Bar;
let isBarFree: () => boolean;
let barLife: AbortController;

const LIVE: BarState = { status: en.watching, agents: "Sam", tone: "live", action: "pause", asking: null };

const parts = {
  told,
  digitsOf,
  grouped,

  stage(locale: Locale = "en"): void {
    host = document.createElement("beside-help");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
    document.documentElement.append(host);
    words = WORDS[locale];
    stage = openStage(root, locale);
  },

  consent(offer: ConsentOffer): void {
    const dialog = openDialog(stage, words, tell("dismiss"));
    askConsent(dialog, stage.root, words, offer, { onAllow: tell("allow"), onDecline: tell("decline") });
  },

  bar(state: Partial<BarState> = {}): void {
    const presses = {
      onPause: tell("pause"),
      onResume: tell("resume"),
      onStop: tell("stop"),
      onAdmission: tell("admission"),
    };
    barLife = new AbortController();
    const { signal } = barLife;
    bar = openBar(stage, words, presses, signal);
    bar.show({ ...LIVE, status: words.watching, ...state });
    isBarFree = guardBar(bar.element, stage.root, tell("hidden"), signal);
  },
  isFree: (): boolean => isBarFree(),
  endBar: (): void => barLife.abort(),

  ending(): void {
    const since = Date.now() - 4 * 60_000;
    const ended = { reason: words.endedStopped, agents: "Sam", since, onRate: tell("rate"), release() {} };
    showEnding(stage, words, ended, tell("closed"));
  },

  /** `find` of the test: node n is the element `#node-n` of epoch 1. */
  guidance() {
    return openGuidance(stage, words, {
      find(epoch, node) {
        const documents = [document, ...Array.from(document.querySelectorAll("iframe"), (f) => f.contentDocument)];
        const found = documents.map((each) => each?.getElementById(`node-${node}`)).find(Boolean);
        return (epoch === 1 && found) || null;
      },
      labelOf: (element) => `the ${element.localName}`,
      isHolding: () => "holding" in document.documentElement.dataset,
      nameOf: (agent) => (agent === "agent1" ? "Sam" : "Kim"),
      onOutcome: tell("outcome"),
    });
  },

  entrance(relay: string, secret: string | null, locale: Locale = "en"): void {
    openEntrance(stage, WORDS[locale], joinAt(relay, "demo", locale), {
      way: secret ?? runHelp,
      ready: () => Promise.resolve(),
      look: () => Promise.reject(new Error("nothing to look at")),
      onAllowed: tell("allowed"),
      onLeft: tell("left"),
    });
  },

  connection(relay: string) {
    let token = "participant-token-1";
    return openConnection(relay, "session1", () => token, {
      onWelcome(welcome) {
        token = welcome.nextToken;
        tell("welcome")(welcome.epoch);
      },
      onView: (view) => tell("view")(view.state),
      onAct: tell("act"),
      onKeyframeWanted: tell("keyframe-wanted"),
      onRefusal: tell("refusal"),
      onLost: tell("lost"),
      onRefused: tell("refused"),
      onTooLarge: tell("too-large"),
    });
  },

  /** A keyframe with one text of `characters`, random so that it does not deflate to nothing. */
  frame(seq: number, characters: number): Frame {
    const text = Array.from({ length: characters }, () => Math.random().toString(36)[2] ?? "x").join("");
    return ["mutation", 1, seq, 2, [["text", 1, text]]];
  },
};

(window as unknown as { beside: typeof parts }).beside = parts;
