// A card that shows what is typed while it is typed: number, name, expiry and code must not be echoed to the agent.
import Card from "card";
import "card/lib/card.css";

(document.getElementById("app") as HTMLElement).innerHTML =
  `<style>body { font: 16px/1.5 sans-serif; margin: 24px; } form { display: grid;
width: 320px; gap: 8px; margin-top: 16px; } input { padding: 8px; }</style><h1>Payment</h1><div
id="preview"></div><form>
<input name="number" autocomplete="cc-number" placeholder="Card number" id="number"><input name="name"
autocomplete="cc-name" placeholder="Name" id="name"><input name="expiry" autocomplete="cc-exp" placeholder="MM/YY"
id="expiry">
<input name="cvc" autocomplete="cc-csc" placeholder="CVC" id="cvc"></form>`;
new Card({ form: "form", container: "#preview" });
const typed = (id: string, text: string) => () => [
  ["click", id],
  ["type", text],
  ["key", "Tab"],
];
Object.assign(window, {
  steps: {
    "a number": typed("#number", "4242424242424242"),
    "a name": typed("#name", "Emma Clarke"),
    "an expiry": typed("#expiry", "1131"),
    "a code, on the back": typed("#cvc", "847"),
  },
});
