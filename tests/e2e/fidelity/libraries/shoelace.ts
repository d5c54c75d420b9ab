// Shoelace: components over Lit with parts, slots and form controls of their own, themed by custom properties on :root.
import "@shoelace-style/shoelace/dist/themes/light.css";
import "@shoelace-style/shoelace/dist/components/alert/alert.js";
import "@shoelace-style/shoelace/dist/components/badge/badge.js";
import "@shoelace-style/shoelace/dist/components/button/button.js";
import "@shoelace-style/shoelace/dist/components/card/card.js";
import "@shoelace-style/shoelace/dist/components/checkbox/checkbox.js";
import "@shoelace-style/shoelace/dist/components/details/details.js";
import "@shoelace-style/shoelace/dist/components/dialog/dialog.js";
import "@shoelace-style/shoelace/dist/components/input/input.js";
import "@shoelace-style/shoelace/dist/components/option/option.js";
import "@shoelace-style/shoelace/dist/components/progress-bar/progress-bar.js";
import "@shoelace-style/shoelace/dist/components/radio-button/radio-button.js";
import "@shoelace-style/shoelace/dist/components/radio-group/radio-group.js";
import "@shoelace-style/shoelace/dist/components/select/select.js";
import "@shoelace-style/shoelace/dist/components/switch/switch.js";
import "@shoelace-style/shoelace/dist/components/tab/tab.js";
import "@shoelace-style/shoelace/dist/components/tab-group/tab-group.js";
import "@shoelace-style/shoelace/dist/components/tab-panel/tab-panel.js";

(document.getElementById("app") as HTMLElement).innerHTML = `
  <style>body { margin: 24px; font-family: sans-serif; } form { display: grid; gap: 16px; width: 460px; }
  sl-button::part(base) { letter-spacing: 1px; } sl-input[data-user-invalid]::part(base) { border-color: #b5552b; }
  </style>
  <h1>Payment <sl-badge pill>3</sl-badge></h1>
  <sl-tab-group><sl-tab slot="nav" panel="card">Card</sl-tab><sl-tab slot="nav" panel="invoice"
id="invoice">Invoice</sl-tab>
    <sl-tab-panel name="card">Pay at once</sl-tab-panel><sl-tab-panel name="invoice">Pay in 30 days</sl-tab-panel>
  </sl-tab-group>
  <form>
    <sl-input id="name" label="Name on card" help-text="As it is printed" required minlength="6"></sl-input>
    <sl-select label="Country" placeholder="Choose"><sl-option value="gb">Great Britain</sl-option><sl-option
value="ie">Ireland</sl-option></sl-select>
    <sl-radio-group label="Delivery" name="delivery" value="1"><sl-radio-button value="1">Standard</sl-radio-button>
      <sl-radio-button value="2" id="express">Express</sl-radio-button></sl-radio-group>
    <sl-checkbox id="gift">Gift wrap</sl-checkbox><sl-switch id="news">News</sl-switch>
    <sl-progress-bar id="done" value="30"></sl-progress-bar>
    <sl-details id="more" summary="What is in it"><sl-card>Fern, palm and moss<div slot="footer">12.00</div></sl-card>
    </sl-details>
    <div><sl-button type="submit" variant="primary" id="pay">Pay</sl-button>
    <sl-button id="terms">Terms</sl-button></div>
  </form>
  <sl-alert variant="success" id="note">Saved for you</sl-alert>
  <sl-dialog label="Terms" id="dialog">All of them<sl-button slot="footer" id="good">Good</sl-button></sl-dialog>`;
type Opens = HTMLElement & { open: boolean };
const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const over = (event: string): void =>
  document.addEventListener(event, ({ target }) => ((target as HTMLElement).dataset["over"] = event));
// Each is animated; what is compared is where it has come to rest.
for (const event of ["sl-after-show", "sl-after-hide"]) over(event);
// The browser's own bubble is not of the page; the component shows the fault by itself.
find("name").addEventListener("sl-invalid", (event) => event.preventDefault());
find("pay")
  .closest("form")
  ?.addEventListener("submit", (event) => event.preventDefault());
find("terms").onclick = () => void (find<Opens>("dialog").open = true);
find("good").onclick = () => void (find<Opens>("dialog").open = false);
const rested = (id: string, event: string) => ["wait", `document.querySelector('#${id}').dataset.over === '${event}'`];

const steps = {
  "a validation error": () => [
    ["click", "#name"],
    ["type", "Em"],
    ["key", "Enter"],
    ["wait", "document.querySelector('#name').hasAttribute('data-user-invalid')"],
  ],
  "typed into a masked field": () => [
    ["click", "#name"],
    ["type", "ma Clarke"],
    ["click", "h1"],
  ],
  "another tab": () => [["click", "#invoice"]],
  "checked, switched and chosen": () => [
    ["click", "#gift"],
    ["click", "#news"],
    ["click", "#express"],
    ["click", "h1"],
  ],
  "a value": () => find("done").setAttribute("value", "70"),
  "details open": () => {
    find<Opens>("more").open = true;
    return [rested("more", "sl-after-show")];
  },
  "a note": () => {
    find<Opens>("note").open = true;
    return [rested("note", "sl-after-show")];
  },
  "a dialog": () => [["click", "#terms"], rested("dialog", "sl-after-show")],
  "closed again": () => [["click", "#good"], rested("dialog", "sl-after-hide")],
};
// The first step waits for all components: each draws itself in a microtask of its own.
Object.assign(window, { steps });
