/** Whose frames a checkout takes payments in: an agent is told of them by that word, and how their fields stand. */
import type { Field } from "@beside/wire/protocol.gen.ts";

const DOMAINS = new Set(
  (
    "stripe.com stripe.network paypal.com paypalobjects.com braintreegateway.com adyen.com checkout.com squareup.com " +
    "squarecdn.com mollie.com worldpay.com cybersource.com afterpay.com affirm.com payu.com saferpay.com computop.com " +
    "worldline-solutions.com klarna.com klarna.net authorize.net datatrans.com datatrans.biz pay.google.com " +
    "payments-amazon.com opayo.co.uk"
  ).split(" "),
);

/** A frame's label for the agent; `owner`: its host, with the port where it has one. */
export function labelOfFrame(owner: string): string {
  const parts = owner.replace(/:\d+$/, "").split(".");
  return parts.some((_, at) => DOMAINS.has(parts.slice(at).join("."))) ? `payment: ${owner}` : owner;
}

/** What the box of a payment frame says: what the field is, and how it stands by its provider's own word. */
export function labelOfPaymentField({ label, status }: Field): string {
  if (!status) return label;
  const { filled, validity } = status;
  return `${label}: ${filled ? (validity === "valid" ? "complete" : "incomplete") : "empty"}`;
}
