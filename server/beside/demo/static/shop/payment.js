// The card form while typing: digits in groups, the brand's picture, and the preview that repeats what is typed.
import { bareDigits, brandOf, groupDigits } from "./card_rules.js";

const form = document.getElementById("payment-form");
const { card_number: number, card_name: name, card_expiry: expiry, card_cvc: cvc } = form.elements;
const preview = document.getElementById("card-preview");

/** Rewrites a field's text and keeps the caret behind the same count of digits. */
function rewrite(field, write) {
  const digitsBefore = field.value.slice(0, field.selectionStart).replace(/\D/g, "").length;
  const written = write(field.value);
  if (written === field.value) return;
  const atEnd = field.selectionStart === field.value.length;
  field.value = written;
  let caret = 0;
  for (let seen = 0; seen < digitsBefore && caret < written.length; caret++) {
    if (/\d/.test(written[caret])) seen++;
  }
  if (document.activeElement === field) {
    const place = atEnd ? written.length : caret;
    field.setSelectionRange(place, place);
  }
}

function writeExpiry(text) {
  const digits = text.replace(/\D/g, "").slice(0, 6);
  if (digits.length > 2) return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
  return digits.length === 2 && text.includes("/") ? `${digits} / ` : digits;
}

function echo(id, text) {
  const place = document.getElementById(id);
  place.textContent = text === "" ? place.dataset.empty : text;
}

number.addEventListener("input", () => {
  // Letters stay: the field says that they are wrong, rather than swallowing what somebody meant to type.
  if (/^[\d\s-]*$/.test(number.value)) rewrite(number, (text) => groupDigits(bareDigits(text)));
  const brand = brandOf(bareDigits(number.value));
  preview.dataset.brand = brand.name;
  document.getElementById("brand-icon").src = `/static/shop/brands/${brand.name}.svg`;
  document.getElementById("preview-brand").src = `/static/shop/brands/${brand.name}.svg`;
  cvc.maxLength = brand.cvcLength;
  echo("preview-number", number.value);
});
expiry.addEventListener("input", (event) => {
  if (!event.inputType?.startsWith("delete")) rewrite(expiry, writeExpiry);
  echo("preview-expiry", expiry.value);
});
name.addEventListener("input", () => echo("preview-name", name.value));
