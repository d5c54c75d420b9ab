// Shows and clears one field's inline error. The sentence stands beside the field and is announced through aria-describedby.

/**
 * Marks a field as wrong with a sentence, or as right when the sentence is empty.
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @param {string} sentence
 */
export function showFieldError(field, sentence) {
  field.classList.toggle("is-invalid", sentence !== "");
  if (sentence === "") field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
  const place = document.getElementById(`${field.name}-error`);
  if (place) place.textContent = sentence;
}
