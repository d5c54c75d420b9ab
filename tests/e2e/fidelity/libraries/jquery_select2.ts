// jQuery with select2: a widget in place of a select, its list hung on the body, its text a masked field's value.
import $ from "jquery";
import select2 from "select2";
import "select2/dist/css/select2.css";

select2(window, $);
$("#app")
  .html(`<style>body { font: 16px/1.5 sans-serif; margin: 24px; } select { width: 300px; } .wrong { color: #b5552b; }
</style><h1>Address</h1><form><p>Country <select id="country"><option>United
Kingdom<option>Ireland<option>France</select></p>
<p>Shown <select id="size" data-beside="show"><option>Small<option>Large</select></p><p>Several <select id="many"
multiple>
<option>Ferns<option>Palms<option>Mosses</select></p><p><label>Street <input id="street"></label></p></form>
<button id="more">More</button><div id="text" style="display: none; background: #e7f3ea; padding: 12px">Delivered on
Monday</div>`);
const widget = $ as unknown as (selector: string) => { select2(options?: object): void };
widget("#country").select2();
widget("#size").select2({ minimumResultsForSearch: Infinity });
widget("#many").select2({ placeholder: "What do you like?" });
$("#more").on("click", () => void $("#text").slideDown(60));
$("#street").on("blur", () => void $("#street").after('<p class="wrong">We do not know this street</p>'));
Object.assign(window, {
  steps: {
    "an open list": () => [["click", ".select2-selection"]],
    "chosen by keys": () => [
      ["key", "ArrowDown"],
      ["key", "Enter"],
    ],
    several: () => [
      ["click", ".select2-selection--multiple"],
      ["key", "ArrowDown"],
      ["key", "Enter"],
    ],
    "an effect": () => [
      ["click", "#more"],
      ["wait", "document.querySelector('#text').style.overflow !== 'hidden'"],
    ],
    "a validation error": () => [
      ["click", "#street"],
      ["type", "Nowhere"],
      ["key", "Tab"],
    ],
    "one shown": () => [["click", "#size + .select2 .select2-selection"]],
  },
});
