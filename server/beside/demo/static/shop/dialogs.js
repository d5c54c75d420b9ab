// Opens the page's modal dialogs; the browser closes them, by Escape or by their own form.
for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
