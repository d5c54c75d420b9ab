// zone.js, as Angular loads it: promises, timers, events and MutationObserver of the page are its own.
import "zone.js";

const app = document.getElementById("app") as HTMLElement;
app.innerHTML = `<style>body { font: 16px/1.5 sans-serif; margin: 24px; } .on { background: #e7f3ea; padding: 12px;
}</style>
  <h1>In a zone</h1><p id="text">Text</p><label>Name <input id="name"></label><button
id="later">Later</button><ul></ul>`;
const list = app.querySelector("ul") as HTMLElement;
const button = document.getElementById("later") as HTMLElement;
let ticks = 0;
const zone = Zone.current.fork({ name: "shop", onHasTask: () => void ticks++ });
zone.run(() => {
  button.addEventListener("click", () => {
    setTimeout(() => {
      void Promise.resolve().then(() => {
        list.append(Object.assign(document.createElement("li"), { textContent: `${list.children.length + 1} later` }));
      });
    }, 20);
  });
  new MutationObserver(() => list.classList.toggle("on", list.children.length % 2 === 1)).observe(list, {
    childList: true,
  });
});
if (!("__zone_symbol__MutationObserver" in window)) throw new Error("zone.js has not patched what this page is about");
Object.assign(window, {
  steps: {
    "in a task of the zone": () => [
      ["click", "#later"],
      ["wait", "document.querySelectorAll('li').length === 1"],
    ],
    another: () => [
      ["click", "#later"],
      ["wait", "document.querySelectorAll('li').length === 2"],
    ],
    "typed into a masked field": () => [
      ["click", "#name"],
      ["type", "Emma"],
      ["click", "h1"],
    ],
    text: () => void ((document.getElementById("text") as HTMLElement).textContent = `Changed outside of the zone`),
    "many tasks": () => {
      zone.run(() => {
        for (let at = 0; at < 50; at++) setTimeout(() => list.append(Object.assign(document.createElement("li"))), at);
      });
      return [["wait", "document.querySelectorAll('li').length === 52"]];
    },
  },
});
