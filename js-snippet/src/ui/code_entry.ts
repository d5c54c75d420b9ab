/** The step in which a shopper types the code that the agent reads to them. */

import type { Words } from "../locales/en.ts";
import { CODE_DIGITS, digitsOf, grouped, isNoCode } from "./code_digits.ts";
import { make } from "./elements.ts";
import type { ProblemOf } from "./problem_words.ts";

export interface CodeEntry {
  readonly form: HTMLFormElement;
  readonly field: HTMLInputElement;
  stop(): void;
}

/** @param redeem gives a code to the relay; a refusal is said here and the field keeps the focus. */
export function codeEntry(words: Words, problemOf: ProblemOf, redeem: (digits: string) => Promise<void>): CodeEntry {
  const problem = make("p", { className: "problem", id: "problem", role: "alert" });
  const field = make("input", {
    id: "code",
    type: "text",
    inputMode: "numeric",
    autocomplete: "off",
    spellcheck: false,
    dir: "ltr",
    placeholder: "000 000",
    "aria-describedby": "code-hint problem",
  });
  const button = make("button", { className: "primary" }, words.continue);
  const form = make(
    "form",
    { noValidate: true },
    make("label", { htmlFor: "code" }, words.codeLabel),
    field,
    make("p", { className: "hint", id: "code-hint" }, words.codeHint),
    problem,
    button,
  );
  let sent = "";
  let timer = 0;

  function say(text: string): void {
    problem.textContent = text;
    field.ariaInvalid = String(!!text);
  }

  /** Says a refusal; one that asks to wait is counted down, and then it says that the wait is over. */
  function refuse(error: unknown, untilMs: number): void {
    const { sentence, waitS: left } = problemOf(error, words, (untilMs - performance.now()) / 1000);
    say(sentence);
    // The countdown is for eyes: read out every second it would drown everything else.
    problem.ariaLive = left > 0 && problem.dataset["counting"] ? "off" : "assertive";
    problem.dataset["counting"] = left > 0 ? "yes" : "";
    if (left > 0) timer = window.setTimeout(() => refuse(error, untilMs), 1000);
  }

  async function submit(): Promise<void> {
    const digits = digitsOf(field.value);
    clearTimeout(timer);
    field.focus();
    if (digits.length < CODE_DIGITS) return say(words.codeShort);
    say("");
    sent = digits;
    button.textContent = words.checking;
    try {
      await redeem(digits);
    } catch (error) {
      // An answer to digits that have been changed meanwhile is no answer to what stands there.
      if (digits === digitsOf(field.value)) refuse(error, performance.now() + problemOf(error, words).waitS * 1000);
    }
    button.textContent = words.continue;
  }

  field.oninput = () => {
    if (isNoCode(field.value)) {
      field.value = "";
      return say(words.codeShort);
    }
    const caret = field.selectionStart ?? 0;
    const digitsBefore = digitsOf(field.value.slice(0, caret)).length;
    const digits = digitsOf(field.value);
    field.value = grouped(digits);
    const at = digitsBefore === digits.length ? field.value.length : grouped(digits.slice(0, digitsBefore)).length;
    field.setSelectionRange(at, at);
    if (problem.textContent && !problem.dataset["counting"]) say("");
    // A full code goes by itself; a longer one, as the relay makes them under attack, goes on from the same field.
    if (digits.length === CODE_DIGITS && digits !== sent) void submit();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    void submit();
  };
  return { form, field, stop: () => clearTimeout(timer) };
}
