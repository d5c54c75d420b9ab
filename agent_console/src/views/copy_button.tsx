/** A button that copies a text and says so. */
import { useEffect, useState } from "preact/hooks";

import { CheckIcon, CopyIcon } from "./icons.tsx";

const SAID_FOR_MS = 2500;

export function CopyButton(props: { text: string; label: string; primary?: boolean }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setState("copied");
    } catch {
      // No permission, or plain http, where `navigator.clipboard` does not exist: the text can still be selected.
      setState("failed");
    }
  };
  const words = { idle: props.label, copied: "Copied", failed: "Select and copy it by hand" }[state];
  return (
    <button type="button" class={props.primary ? "button primary" : "button"} onClick={() => void copy()}>
      {state === "copied" ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{words}</span>
    </button>
  );
}
