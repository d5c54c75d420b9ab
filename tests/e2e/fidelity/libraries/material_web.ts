// Material Web: form-associated custom elements with shadow roots, adopted sheets and a top layer of their own.
import "@material/web/button/filled-button.js";
import "@material/web/button/outlined-button.js";
import "@material/web/checkbox/checkbox.js";
import "@material/web/dialog/dialog.js";
import "@material/web/progress/linear-progress.js";
import "@material/web/switch/switch.js";
import "@material/web/tabs/primary-tab.js";
import "@material/web/tabs/tabs.js";
import "@material/web/textfield/filled-text-field.js";
import "@material/web/textfield/outlined-text-field.js";
import { styles } from "@material/web/typography/md-typescale-styles.js";

document.adoptedStyleSheets.push(styles.styleSheet as CSSStyleSheet);
(document.getElementById("app") as HTMLElement).innerHTML = `
  <style>body { margin: 24px; font-family: sans-serif; } form { display: grid; gap: 16px; width: 420px; }</style>
  <h1 class="md-typescale-display-small">Payment</h1>
  <form>
    <md-tabs><md-primary-tab active>Card</md-primary-tab><md-primary-tab id="invoice">Invoice</md-primary-tab></md-tabs>
    <md-outlined-text-field id="name" label="Name on card" required></md-outlined-text-field>
    <md-filled-text-field label="Card number" autocomplete="cc-number" supporting-text="16
digits"></md-filled-text-field>
    <label><md-checkbox touch-target="wrapper" id="gift"></md-checkbox> Gift wrap</label>
    <label><md-switch id="news"></md-switch> News</label>
    <md-linear-progress value="0.3" id="done"></md-linear-progress>
    <div><md-filled-button type="button" id="next">Next</md-filled-button> <md-outlined-button type="button"
id="details">
    Details</md-outlined-button></div>
  </form>
  <md-dialog id="dialog"><div slot="headline">Delivery</div><form slot="content" method="dialog">On Monday</form>
  <div slot="actions"><md-filled-button id="good">Good</md-filled-button></div></md-dialog>`;
type Field = HTMLElement & { error: boolean; errorText: string };
type Dialog = HTMLElement & { show(): Promise<void>; close(): Promise<void> };
const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
find("next").onclick = () => {
  Object.assign(find<Field>("name"), { error: true, errorText: "Please tell us your name" });
  find("done").setAttribute("value", "0.7");
};
find("details").onclick = () => void find<Dialog>("dialog").show();
find("good").onclick = () => void find<Dialog>("dialog").close();

Object.assign(window, {
  steps: {
    "a validation error": () => [["click", "#next"]],
    "typed into a masked field": () => [
      ["click", "#name"],
      ["type", "Emma Clarke"],
      ["click", "h1"],
    ],
    "another tab": () => [["click", "#invoice"]],
    "checked and switched": () => [
      ["click", "#gift"],
      ["click", "#news"],
    ],
    "a dialog": () => [
      ["click", "#details"],
      ["wait", "document.querySelector('#dialog').open"],
    ],
    "closed again": () => [
      ["click", "#good"],
      ["wait", "!document.querySelector('#dialog').open"],
    ],
  },
});
