// Vue 3: keyed lists, transitions, teleports, values bound both ways.
import { Teleport, Transition, TransitionGroup, computed, createApp, h, reactive } from "vue";

const style = document.createElement("style");
style.textContent = `
  body { font: 16px/1.5 sans-serif; margin: 24px; } .item { padding: 6px 12px; border-bottom: 1px solid #ddd; }
  .fade-enter-active, .fade-leave-active, .list-move { transition: all .15s; }
  .fade-enter-from, .fade-leave-to { opacity: 0; translate: 60px 0; }
  .modal { position: fixed; inset: 80px 200px auto; background: #fff; border: 3px solid #2e7d4f; padding: 24px; }
  .wrong { color: #b5552b; } button { margin: 8px 8px 8px 0; padding: 6px 14px; }`;
document.head.append(style);
const state = reactive({ items: ["Fern", "Palm", "Moss", "Ivy"], name: "", isTouched: false, isOpen: false, step: 1 });
const fault = computed(() => (state.isTouched && state.name.length < 3 ? "Please tell us your name" : ""));

createApp({
  render: () => [
    h("h1", `Step ${state.step}`),
    h(TransitionGroup, { name: "list", tag: "div" }, () =>
      state.items.map((item) => h("div", { key: item, class: "item" }, item)),
    ),
    h("label", [
      "Name ",
      h("input", {
        id: "name",
        value: state.name,
        onInput: (event: InputEvent) => (state.name = (event.target as HTMLInputElement).value),
        onBlur: () => (state.isTouched = true),
      }),
    ]),
    h("p", { class: "wrong" }, fault.value),
    h("button", { id: "sort", onClick: () => state.items.sort() }, "Sort"),
    h("button", { id: "open", onClick: () => (state.isOpen = true) }, "Details"),
    h(Transition, { name: "fade", mode: "out-in" }, () => h("p", { key: state.step }, `This is step ${state.step}`)),
    h(Teleport, { to: "body" }, [
      h(Transition, { name: "fade" }, () =>
        state.isOpen
          ? h("div", { class: "modal" }, [
              h("h2", "On Monday"),
              h("button", { id: "close", onClick: () => (state.isOpen = false) }, "Close"),
            ])
          : null,
      ),
    ]),
  ],
}).mount("#app");

Object.assign(window, {
  steps: {
    sorted: () => [["click", "#sort"]],
    "a validation error": () => [
      ["click", "#name"],
      ["type", "E"],
      ["click", "h1"],
    ],
    "typed into a masked field": () => [
      ["click", "#name"],
      ["type", "mma Clarke"],
      ["click", "h1"],
    ],
    "the next step": () => {
      state.step++;
      return [["wait", "document.querySelector('#app').textContent.includes('This is step 2')"]];
    },
    "a modal": () => [
      ["click", "#open"],
      ["wait", "document.querySelector('.modal')"],
    ],
    closed: () => [
      ["click", "#close"],
      ["wait", "!document.querySelector('.modal')"],
    ],
    "items come and go": () => void state.items.splice(1, 2, "Aloe", "Cactus", "Yucca"),
  },
});
