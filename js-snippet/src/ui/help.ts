/**
 * The dialog from "Get help" to the consent: type a code, or get one to read out.
 *
 * A file of its own: who comes by a link, or from a page on which they already shared, does not need it.
 */

import type { Join } from "../join.ts";
import type { Words } from "../locales/en.ts";
import { type ConsentOffer, isWorkWanted, type Work, type WorkWanted } from "../wire/protocol.gen.ts";
import { digitsOf, grouped } from "./code_digits.ts";
import { codeEntry } from "./code_entry.ts";
import type { Dialog } from "./dialog.ts";
import { make } from "./elements.ts";
import styles from "./help.css";
import type { ProblemOf } from "./problem_words.ts";
import type { Stage } from "./stage.ts";
import { prove } from "./work.ts";

// A relay that is never content is not to keep the shopper's machine busy.
const MAX_PROOFS = 3;

export interface HelpOptions {
  dialog: Dialog;
  join: Join;
  words: Words;
  /** Passed in, as what it needs to know a refusal by is in another file. */
  problemOf: ProblemOf;
  /** Aborted when the shopper has left. */
  life: AbortSignal;
  onOffer(offer: ConsentOffer): void;
}

/** Runs until the relay offers a consent (calls `onOffer`) or `life` is aborted. */
export function runHelp(stage: Stage, { dialog, join, words, problemOf, life, onOffer }: HelpOptions): void {
  let latest = "";
  stage.adopt(styles);
  enter();

  async function redeem(code: string): Promise<ConsentOffer> {
    let work: Work | null = null;
    latest = code;
    for (let proofs = 0; ; proofs++) {
      const answer: ConsentOffer | WorkWanted = await join.redeem({ code, work }, isWorkWanted);
      if ("token" in answer) return answer;
      if (proofs === MAX_PROOFS) throw new Error("work");
      work = await prove(answer, code, () => life.aborted || latest !== code);
    }
  }

  function enter(): void {
    const entry = codeEntry(words, problemOf, async (digits) => {
      const offer = await redeem(digits);
      if (!life.aborted && entry.form.isConnected) onOffer(offer);
    });
    life.addEventListener("abort", entry.stop);
    const instead = make("button", { type: "button", className: "link", onclick: () => void ask() }, words.askInstead);
    dialog.show([words.helpTitle], [make("p", {}, words.helpLead), entry.form, instead], entry.field);
  }

  async function ask(): Promise<void> {
    const asking = new AbortController();
    const settled = new AbortController();
    const cancel = (): void => asking.abort();
    life.addEventListener("abort", cancel);
    const status = make("p", { className: "hint", role: "status" }, words.preparing);
    const code = make("output", { className: "code", dir: "ltr", lang: "en" });
    const back = make(
      "button",
      {
        type: "button",
        className: "link",
        onclick: () => {
          cancel();
          enter();
        },
      },
      words.enterInstead,
    );
    dialog.show([words.askTitle], [make("p", {}, words.askLead), code, status, back]);
    try {
      const asked = await join.ask(asking.signal);
      const giveUp = (): void => join.cancel(asked.token);
      asking.signal.addEventListener("abort", giveUp);
      addEventListener("pagehide", giveUp, { signal: settled.signal });
      code.textContent = grouped(digitsOf(asked.code));
      // Read digit by digit, not as a number.
      code.ariaLabel = [...digitsOf(asked.code)].join(" ");
      status.textContent = words.askWaiting;
      const offer = await join.wait(asked.token, asking.signal);
      asking.signal.removeEventListener("abort", giveUp);
      onOffer(offer);
    } catch (error) {
      if (asking.signal.aborted) return;
      code.textContent = "";
      status.className = "problem";
      status.textContent = problemOf(error, words).sentence;
      back.before(
        make("button", { type: "button", className: "primary", onclick: () => void ask() }, words.askInstead),
      );
    } finally {
      settled.abort();
      life.removeEventListener("abort", cancel);
    }
  }
}
