// Fills in the delivery options and, for collection, the shops nearby, as the server answers; no page load between.
const options = document.getElementById("delivery-options");
const pickup = document.getElementById("pickup");

/** Puts the server's piece of HTML into its place; on failure says so and offers to try again. */
async function fill(place, address) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${address}?chosen=${encodeURIComponent(place.dataset.chosen)}`);
    if (!answer.ok) throw new Error(`the shop answered ${answer.status}`);
    place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  } catch {
    const failure = document.getElementById("delivery-failed").content.cloneNode(true);
    failure.querySelector("button").addEventListener("click", () => fill(place, address));
    place.replaceChildren(failure);
  }
  place.setAttribute("aria-busy", "false");
}

async function showPickupPoints() {
  const wanted = options.querySelector("input:checked")?.value === "pickup";
  pickup.hidden = !wanted;
  if (wanted && !pickup.querySelector("input")) await fill(pickup, "/checkout/delivery/points");
}

options.addEventListener("change", () => {
  for (const error of document.querySelectorAll("#option-error, #point-error")) error.textContent = "";
  void showPickupPoints();
});

await fill(options, "/checkout/delivery/options");
await showPickupPoints();
