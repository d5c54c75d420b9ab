/** What the console says of fields, states, reasons and outcomes, in one place. Knows nothing of where it is shown. */
import type {
  ActOutcome,
  EndReason,
  Field,
  FieldKind,
  Grant,
  PauseReason,
  Reason,
  RuleKind,
  SessionState,
} from "@beside/wire/protocol.gen";

export const STATE_WORDS: Record<SessionState, string> = {
  offered: "Waiting for the shopper",
  asking: "Shopper is deciding",
  live: "Live",
  paused: "Paused",
  away: "Shopper away",
  lost: "Shopper's connection lost",
  ended: "Ended",
};

export const PAUSE_WORDS: Record<PauseReason, string> = {
  shopper: "The shopper paused the view. They can go on whenever they like.",
  "bar-hidden": "The bar that shows the shopper who is watching is covered or hidden, so the view paused by itself.",
  "no-agent": "Nobody was watching for a while, so the shopper's page stopped sharing. It goes on by itself.",
  policy: "The shopper is on a page that the shop does not share.",
};

export const END_WORDS: Record<EndReason, string> = {
  "shopper-stopped": "The shopper stopped sharing.",
  "agent-ended": "The session was ended from the console.",
  "resume-window": "The shopper's connection was lost and did not come back in time.",
  "away-window": "The shopper left the shop's page and did not come back in time.",
  idle: "Nothing happened for a long time, so the session ended by itself.",
  "max-length": "The session reached the longest time that the shop allows.",
  erased: "The session was erased.",
  "opened-elsewhere": "The shopper's page was opened in another place, which ended this view.",
};

export const KIND_WORDS: Record<FieldKind, string> = {
  text: "Text",
  number: "Number",
  select: "Choice",
  checkbox: "Checkbox",
  radio: "Option",
  file: "File",
  button: "Button",
  "rich-text": "Rich text",
  date: "Date",
  range: "Slider",
  frame: "Payment frame",
};

export const GRANT_WORDS: Record<Grant, string> = {
  view: "See the page",
  point: "Point and highlight",
  control: "Control",
};

export const OUTCOME_WORDS: Record<ActOutcome["outcome"] | "sent", string> = {
  sent: "Sent",
  shown: "On the shopper's page",
  dismissed: "Closed",
  expired: "Gone after a while",
  gone: "That part of the page is gone",
  stale: "The page changed before it arrived",
  refused: "Not allowed there",
};

/** What it may mean for the agent that a rule found nothing. */
export const DRIFT_WORDS: Record<RuleKind, string> = {
  show: "What the shop means to show you may be masked.",
  mask: "What the shop means to mask may be in plain sight.",
  block: "What the shop means to block may be in plain sight.",
};

// The autocomplete tokens of checkouts (HTML, section 4.10.18.7) as an agent would name them aloud. A map: a page may call
// a purpose "constructor", which every plain object has.
const PURPOSE_WORDS = new Map(
  Object.entries({
    "cc-name": "name on card",
    "cc-given-name": "name on card",
    "cc-family-name": "name on card",
    "cc-number": "card number",
    "cc-exp": "card expiry",
    "cc-exp-month": "card expiry month",
    "cc-exp-year": "card expiry year",
    "cc-csc": "card security code",
    "cc-type": "card type",
    "one-time-code": "one-time code",
    "current-password": "password",
    "new-password": "new password",
    "given-name": "first name",
    "family-name": "last name",
    name: "name",
    email: "e-mail address",
    tel: "phone number",
    "street-address": "street address",
    "address-line1": "address line 1",
    "address-line2": "address line 2",
    "address-level1": "region",
    "address-level2": "town",
    "postal-code": "postal code",
    country: "country",
    "country-name": "country",
    organization: "organisation",
    bday: "birthday",
  }),
);

const VERDICT_WORDS = { show: "Shown", mask: "Masked", block: "Blocked" } as const;

const REASON_WORDS: Record<Reason, string> = {
  "floor-type": "secret by its type",
  "floor-autocomplete": "by autocomplete",
  "floor-name": "its name says card, code or PIN",
  "floor-sticky": "it held a secret before",
  "default-control": "fields are private by default",
  "site-mask": "by the shop's choice",
  "site-block": "by the shop's choice",
  "site-show": "by the shop's choice",
  "looks-personal": "looks personal",
  "payment-frame": "a payment frame: its content never reaches the page",
  tripwire: "looks like a card number",
  "site-pattern": "holds a number that the shop keeps private",
  "page-text": "page text",
};

/** "Masked: card number, by autocomplete". */
export function verdictOf(field: Field): string {
  const purpose = field.purpose === null ? undefined : (PURPOSE_WORDS.get(field.purpose) ?? field.purpose);
  // Such a field is called after its provider.
  const provider = field.reason === "payment-frame" ? / \((.+)\)$/.exec(field.label)?.[1] : undefined;
  const reason = REASON_WORDS[field.reason].replace("frame:", provider ? `frame of ${provider}:` : "frame:");
  const parts = [purpose, reason].filter((part) => part !== undefined);
  return `${VERDICT_WORDS[field.verdict]}: ${parts.join(", ")}`;
}

export interface StatusWords {
  /** `attention`: the field keeps the shopper from going on. */
  tone: "none" | "good" | "attention";
  words: string;
}

/** What is known of a field's content: never more than its class of failure, unless the shop shows it. */
export function statusOf(field: Field): StatusWords {
  if (field.disabled) return { tone: "none", words: "Switched off" };
  if (field.kind === "button") return { tone: "none", words: "Button" };
  if (field.content) return { tone: "none", words: contentOf(field) };
  if (field.verdict === "block") return { tone: "none", words: "Not known" };
  if (!field.status) return { tone: "none", words: field.required ? "Not settled yet, required" : "Not settled yet" };
  const { filled, validity } = field.status;
  switch (validity) {
    case "missing":
      return { tone: "attention", words: "Empty, but required" };
    case "malformed":
      return { tone: "attention", words: "Incomplete or malformed" };
    case "range":
      return { tone: "attention", words: "Out of range" };
    case "type":
      return { tone: "attention", words: "Wrong kind of entry" };
    case "valid":
      return filled ? { tone: "good", words: "Filled" } : { tone: "none", words: "Empty" };
  }
}

function contentOf(field: Field): string {
  if (field.content && (field.kind === "checkbox" || field.kind === "radio")) {
    if (field.content.checked === null) return "Partly ticked";
    return field.content.checked ? "Ticked" : "Not ticked";
  }
  return field.content?.text ? `“${field.content.text.replaceAll("\n", ", ")}”` : "Empty";
}

// As much as fits a line of the list of highlights.
const MAX_NAME_CHARS = 80;

/** The name of a field, or of what else stands in the page with this text, in a sentence. */
export function nameOf(field: Field | undefined, text = ""): string {
  if (field) return field.label || PURPOSE_WORDS.get(field.purpose ?? "") || "Field without a label";
  return text.length > MAX_NAME_CHARS ? `${text.slice(0, MAX_NAME_CHARS).toWellFormed()}…` : text || "this element";
}

/** `123456` as it is read out. */
export function spacedCode(code: string): string {
  const digits = code.replaceAll(/\D/g, "");
  return digits.replaceAll(/(\d{3})(?=\d)/g, "$1 ");
}

/** Seconds as `4:05`, from an hour on as `1:04:05`. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
