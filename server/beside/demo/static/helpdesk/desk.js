// Small comforts of the helpdesk: selects that send their form, and a copy button. All of it works without, too.
for (const element of document.querySelectorAll("[data-hidden-with-script]")) element.hidden = true;

for (const select of document.querySelectorAll("[data-sends-form]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  });
}

// A launch opens another tab; this one then shows what has happened meanwhile as soon as the agent comes back to it.
let launched = false;
document.querySelector("form.launch")?.addEventListener("submit", () => (launched = true));
document.addEventListener("visibilitychange", () => {
  if (launched && document.visibilityState === "visible" && document.getElementById("text").value === "") {
    location.reload();
  }
});
