// Fits the address form to the chosen country without a page load: which fields there are, their names and their form.
import { showFieldError } from "./field_errors.js";

const country = document.getElementById("country");
const region = document.getElementById("region");
const postcode = document.getElementById("postcode");

function fitToCountry() {
  const chosen = country.selectedOptions[0].dataset;

  document.getElementById("region-column").hidden = chosen.regionLabel === "";
  document.querySelector("label[for=region]").textContent = chosen.regionLabel;
  const regions = document.querySelector(`template[data-regions-of="${country.value}"]`);
  region.replaceChildren(region.options[0], ...(regions ? regions.content.cloneNode(true).children : []));
  region.value = "";

  document.getElementById("postcode-column").hidden = chosen.postcodeLabel === "";
  document.querySelector("label[for=postcode]").textContent = chosen.postcodeLabel;
  document.getElementById("postcode-help").textContent = chosen.postcodeHelp;
  postcode.dataset.pattern = chosen.postcodePattern;
  postcode.value = "";

  for (const field of [country, region, postcode]) showFieldError(field, "");
}

country.addEventListener("change", fitToCountry);
