// Checks a form's fields when the shopper leaves them and again before sending; the server checks once more.
import { bareDigits, cvcError, expiryError, numberError } from "./card_rules.js";
import { showFieldError } from "./field_errors.js";

const RULES = {
  "card-number": (field) => numberError(field.value),
  "card-expiry": (field) => expiryError(field.value, new Date()),
  "card-cvc": (field) => cvcError(field.value, bareDigits(field.form.elements.card_number.value)),
};

/** Gives the sentence that says what is wrong with a field, or "" when nothing is. */
function sentenceFor(field) {
  const value = field.value.trim();
  if (field.closest("[hidden]")) return "";
  if (value === "") return field.required ? field.dataset.errorRequired : "";
  const rule = RULES[field.dataset.rule];
  const wrong = rule?.(field);
  if (wrong) return field.dataset[`error${wrong[0].toUpperCase()}${wrong.slice(1)}`];
  const pattern = field.dataset.pattern;
  if (pattern && !new RegExp(`^(?:${pattern})$`).test(value.toUpperCase())) return field.dataset.errorForm;
  if (field.dataset.errorForm && !field.validity.valid) return field.dataset.errorForm;
  return "";
}

function check(field) {
  const sentence = sentenceFor(field);
  showFieldError(field, sentence);
  return sentence === "";
}

for (const form of document.querySelectorAll("form.checked")) {
  const fields = () => [...form.querySelectorAll(".field input, .field select")];
  form.addEventListener("focusout", ({ target }) => {
    if (fields().includes(target) && target.value !== "") check(target);
  });
  form.addEventListener("input", ({ target }) => {
    if (target.classList.contains("is-invalid") && fields().includes(target)) check(target);
  });
  form.addEventListener("submit", (event) => {
    const wrong = fields().filter((field) => !check(field));
    if (wrong.length === 0) return;
    event.preventDefault();
    wrong[0].focus();
  });
}
