/** A modal dialog whose content changes from step to step. The browser's own traps focus and makes the page inert. */

import type { Words } from "../locales/en.ts";
import styles from "./dialog.css";
import { make } from "./elements.ts";
import type { Stage } from "./stage.ts";

export interface Dialog {
  /** Shows a step; focus goes to `focus`, else to the title, so that a screen reader starts there. */
  show(title: Child[], content: Child[], focus?: HTMLElement): void;
  close(): void;
}
type Child = Node | string;

/** @param onDismiss the shopper closed the dialog, by Escape or by its button. */
export function openDialog(stage: Stage, words: Words, onDismiss: () => void): Dialog {
  stage.adopt(styles);
  const title = make("h2", { id: "title", tabIndex: -1 });
  const close = make(
    "button",
    { type: "button", className: "close", "aria-label": words.close, onclick: onDismiss },
    "×",
  );
  const body = make("div", { className: "body" });
  const dialog = make("dialog", { "aria-labelledby": "title" }, make("header", {}, title, close), body);
  dialog.oncancel = (event) => {
    event.preventDefault();
    onDismiss();
  };
  stage.box.append(dialog);
  dialog.showModal();
  return {
    show(heading, content, focus) {
      title.replaceChildren(...heading);
      body.replaceChildren(...content);
      (focus ?? title).focus();
    },
    close() {
      dialog.close(); // gives focus back to where it was
      dialog.remove();
    },
  };
}
