// The account's password: appears when an account is wanted, and can be shown while typing.
const wanted = document.getElementById("account");
const part = document.getElementById("account-password");
const toggle = document.getElementById("show-password");
const password = document.getElementById("password");

wanted.addEventListener("change", () => {
  part.hidden = !wanted.checked;
  if (wanted.checked) password.focus();
});

toggle.addEventListener("click", () => {
  const shown = password.type === "password";
  password.type = shown ? "text" : "password";
  toggle.setAttribute("aria-pressed", String(shown));
  toggle.textContent = shown ? toggle.dataset.hide : toggle.dataset.show;
});
