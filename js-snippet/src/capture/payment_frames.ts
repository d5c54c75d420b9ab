/**
 * How the field in a payment provider's frame stands, as the provider's script says it by class on the element that holds
 * the frame: entered, empty, complete or wrong. The frame itself is never asked, and nothing of the page is read here: the
 * classes are those that were sent of that element, judged as all others are. What is told is out of a closed set.
 *
 * As with a masked field, nothing is told while the frame has the focus, only once the shopper has left it: when a card
 * number becomes complete, and when it is empty no more, would else be told at the very key. So the mask keeps back what
 * changes of the classes around a frame that is entered; they are read again here, behind it.
 */
import type { Change, Field, FieldStatus } from "../wire/protocol.gen.ts";
import type { Extra, ExtraContext } from "./extras.ts";
import type { Known } from "./known.ts";

/** How a class begins by which a provider's script marks its containers, and whether it says when one is empty. */
const PROVIDERS: readonly (readonly [prefix: string, name: string, saysEmpty?: true])[] = [
  // https://docs.stripe.com/js/element/the_element_container
  ["StripeElement", "Stripe", true],
  // https://developer.paypal.com/braintree/docs/guides/hosted-fields/styling
  ["braintree-hosted-fields-", "Braintree"],
  // https://github.com/Adyen/adyen-web: the element with `data-cse` that holds each secured field.
  ["adyen-checkout__input", "Adyen"],
  // Frames: https://www.checkout.com/docs/payments/accept-payments/upgrade-to-flow-from-frames
  ["frame--activated", "Checkout.com"],
  // https://docs.mollie.com/components/styling
  ["mollie-component", "Mollie"],
  // https://docs.dlocal.com/reference/the-field-container
  ["DlocalField", "dLocal", true],
  // https://documentation.lemonway.com/docs/toggling-classes
  ["lw-hosted-fields", "Lemonway"],
  // Square says nothing by class; its card is named all the same.
  ["sq-card-", "Square"],
];
// "StripeElement--focus", "braintree-hosted-fields-focused", "has-focus", "adyen-checkout__input--error", "is-valid".
const FOCUSED = /-(?:focus|focused)(?:$|\s)/;
const WRONG = /-(?:invalid|error)(?:$|\s)/;
const COMPLETE = /-(?:valid|complete)(?:$|\s)/;
const EMPTY = /(?<!not)-empty(?:$|\s)/;

// What the field is for, by the names of the elements that hold the frame.
const PURPOSES: readonly (readonly [RegExp, string | null, string])[] = [
  [/cvc|cvv|csc|security/i, "cc-csc", "Card security code"],
  [/expir|exp-?date/i, "cc-exp", "Card expiry"],
  [/iban/i, null, "IBAN"],
  [/postal|zip/i, "postal-code", "Postcode"],
  [/number/i, "cc-number", "Card number"],
  [/holder/i, "cc-name", "Name on card"],
];
// A frame's box whose host the mask names: another origin's, and not in a masked part (entries.ts has the form).
const NAMED = /^bx,frame,(?!frame,)/;
// Between the frame and the element that its provider marks stand one or two of the provider's own.
const MAX_UP = 4;
// Nothing tells that the focus has left a frame of another origin, but that it is elsewhere.
const GAP_MS = 500;

export function followPaymentFrames({ dirty, natives, request }: ExtraContext): Extra {
  const told = new WeakMap<Known, string>();
  // Outlives epochs, as what a field told stays told.
  const settled = new WeakMap<Node, FieldStatus | null>();
  let entered: Known | null = null;
  let timer = 0;

  function look(): void {
    timer = 0;
    if (entered && isEntered(entered)) wait();
    else request();
  }

  function wait(): void {
    timer ||= natives().setTimer(look, GAP_MS);
  }

  /** The shopper has left a frame: what the mask kept back around it is read with the next mutation. */
  function leave({ parent }: Known): void {
    for (let at = parent; at; at = at.parent) if (at.attributes) dirty.mark(at.node as Element);
    request();
  }

  function fieldOf(known: Known): Field | null {
    const found = containerOf(known);
    if (!found) return null;
    const { node } = known;
    const [[, provider, saysEmpty], classes, names] = found;
    if (node !== entered?.node && !isEntered(known) && !FOCUSED.test(classes))
      settled.set(node, statusOf(classes, !!saysEmpty));
    const [, purpose, label] = PURPOSES.find(([words]) => words.test(names)) ?? ["", null, "Payment details"];
    return {
      kind: "frame",
      label: `${label} (${provider})`,
      purpose,
      verdict: "mask",
      reason: "payment-frame",
      required: false,
      disabled: false,
      status: settled.get(node) ?? null,
      content: null,
    };
  }

  return {
    describe(boxes: Iterable<Known>, changes: Change[]): void {
      let now: Known | null = null;
      for (const known of boxes) {
        const { form } = known;
        if (form.startsWith("bx,frame") && isEntered(known)) {
          now = known;
          wait();
        }
        // Providers have frames that nobody sees beside those for the shopper.
        const field = NAMED.test(form) && !form.includes(",0,0,") ? fieldOf(known) : null;
        const said = field ? JSON.stringify(field) : "";
        if (said === (told.get(known) ?? "")) continue;
        told.set(known, said);
        changes.push(["field", known.id, field]);
      }
      if (entered && entered.node !== now?.node) leave(entered);
      entered = now;
    },
    pause(): void {
      natives().clearTimer(timer);
      timer = 0;
      entered = null;
    },
  };
}

const isEntered = ({ node }: Known): boolean => (node.getRootNode() as Document | ShadowRoot).activeElement === node;

/** The element around a frame that a provider marks: whose, its classes, and all names up to it; null where there is none. */
function containerOf(known: Known): [(typeof PROVIDERS)[number], string, string] | null {
  let names = "";
  for (let at = known.parent, up = 0; at && up < MAX_UP; at = at.parent, up++) {
    const classes = at.attributes?.["class"] ?? "";
    names += ` ${classes} ${at.attributes?.["id"] ?? ""}`;
    const provider = PROVIDERS.find(([prefix]) => classes.split(/\s+/).some((name) => name.startsWith(prefix)));
    if (provider) return [provider, classes, names];
  }
  return null;
}

/** `saysEmpty`: what is neither empty nor complete is in between. Null: the provider has not said yet. */
function statusOf(classes: string, saysEmpty: boolean): FieldStatus | null {
  const isEmpty = EMPTY.test(classes);
  if (WRONG.test(classes)) return { filled: !isEmpty, validity: isEmpty ? "missing" : "malformed" };
  if (COMPLETE.test(classes)) return { filled: true, validity: "valid" };
  if (isEmpty) return { filled: false, validity: "valid" };
  return saysEmpty ? { filled: true, validity: "malformed" } : null;
}
