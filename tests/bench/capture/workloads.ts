/**
 * The pages and what happens on them. The first six are those that rrweb measures itself by; the others are what shops'
 * pages do. `run` is absent where the snapshot itself is the workload, or where the keyboard drives it.
 */
export interface Workload {
  setUp(): void;
  run?(): Promise<void> | void;
}

const WORDS = (
  "grey wool sock linen shirt oak table ceramic cup green tea brass lamp cotton towel leather belt steel pan glass bowl " +
  "canvas bag winter coat silver ring paper kite bamboo tray copper kettle velvet chair walnut shelf"
).split(" ");

let seed = 1;
/** The same numbers in every run and for every recorder (mulberry32). */
function random(below: number): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const word = (): string => WORDS[random(WORDS.length)] as string;
const painted = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

function make(name: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function stage(...children: (Node | string)[]): HTMLElement {
  const main = make("main", {}, ...children);
  document.body.append(main);
  return main;
}

function style(text: string): HTMLStyleElement {
  const element = document.createElement("style");
  element.textContent = text;
  document.head.append(element);
  return element;
}

// -- rrweb's six

function appendChains(parent: Node): void {
  for (let branch = 0; branch < 1000; branch++) {
    let at: Node = parent;
    for (let depth = 0; depth < 10; depth++)
      at = at.appendChild(make("div", { branch: String(branch), depth: String(depth) }));
  }
}

const blank = { setUp: () => void stage() };
const main = (): HTMLElement => document.querySelector("main") as HTMLElement;

function addAndRemove(): void {
  const add = (): void => {
    const fragment = document.createDocumentFragment();
    appendChains(fragment);
    main().append(fragment);
  };
  add();
  for (const div of main().querySelectorAll("div")) div.remove();
  add();
}

function addAndMove(): void {
  const list = make("div");
  for (let n = 1; n <= 10_000; n++) list.append(make("div", {}, `div-${n}`));
  const old = main().appendChild(make("div"));
  old.append(list);
  main().append(make("div", {}, list));
  old.remove();
  main().append(make("div", {}, make("div", {}, "last")));
}

function nestDeeply(): void {
  document.body.replaceChildren();
  let ends = Array.from({ length: 100 }, () => document.body.appendChild(make("div")));
  for (let depth = 0; depth < 256; depth++) ends = ends.map((end) => end.appendChild(make("div")));
}

function appendIntoLast(): void {
  let last: HTMLElement = main();
  for (let n = 1; n <= 1000; n++) last = last.appendChild(make("div", {}, `el-${n}`));
}

// -- ours

const SHOP_CSS = `
  body { margin: 0; font: 15px/1.4 sans-serif; color: #223; background: #fff }
  main { max-width: 1200px; margin: auto } h1 { font-size: 28px }
  .grid { display: grid; grid-template-columns: repeat(6, 1fr); gap: 16px }
  .card { border: 1px solid #dde; border-radius: 8px; padding: 12px } .card:hover { border-color: #88a }
  .pic { height: 60px; background: linear-gradient(#eef, #cde) } .name { font-size: 15px; margin: 8px 0 }
  .price { font-weight: 700 } .was { text-decoration: line-through; color: #778 } .sale .price { color: #a11 }
  .add { border: 0; border-radius: 4px; background: #246; color: #fff; padding: 6px 12px } .sold-out { opacity: 0.4 }
  [hidden] { display: none } [aria-pressed=true] { background: #642 } dialog::backdrop { background: rgb(0 0 0 / 0.5) }
  .locked { overflow: hidden } table { border-collapse: collapse } td { border: 1px solid #dde; padding: 4px 8px }
  label { display: block } input:invalid { border-color: #a11 } .note { color: #567 } .up { color: #161 } .down { color: #a11 }`;

const price = (): string => `${2 + random(180)}.${String(random(100)).padStart(2, "0")}`;

/** Nine nodes. */
function card(n: number): HTMLElement {
  return make(
    "article",
    { class: n % 5 ? "card" : "card sale", id: `product-${n}`, "data-kind": word() },
    make("div", { class: "pic" }),
    make("h3", { class: "name" }, make("a", { href: `/product/${word()}-${word()}` }, `${word()} ${word()} ${word()}`)),
    make("p", { class: "price" }, price()),
    make("button", { class: "add", type: "button", "aria-pressed": "false" }, "Add to basket"),
  );
}

function grid(cards: number): void {
  style(SHOP_CSS);
  stage(make("h1", {}, "Everything for the home"), make("div", { class: "grid" }));
  const box = document.querySelector(".grid") as HTMLElement;
  for (let n = 0; n < cards; n++) box.append(card(n));
}

function table(): void {
  style(SHOP_CSS);
  const rows = Array.from({ length: 1000 }, (_, n) => {
    const cells = [`order ${n}`, `${word()} ${word()}`, price(), word()].map((text) => make("td", {}, text));
    return make("tr", { "data-key": `row-${n}` }, ...cells);
  });
  stage(make("table", {}, make("tbody", {}, ...rows)));
}

/** As frameworks with keys do it: each row is put where the new order wants it. */
async function reorder(): Promise<void> {
  const body = document.querySelector("tbody") as HTMLElement;
  for (let turn = 0; turn < 3; turn++) {
    const rows = [...body.children];
    for (let n = rows.length - 1; n > 0; n--) {
      const other = random(n + 1);
      [rows[n], rows[other]] = [rows[other] as Element, rows[n] as Element];
    }
    for (const row of rows) body.append(row);
    for (let n = 0; n < 6; n++) await painted();
  }
}

async function toggle(): Promise<void> {
  const items = [...main().querySelectorAll("div")];
  for (let turn = 0; turn < 4; turn++) {
    for (const item of items) {
      item.classList.toggle("sold-out");
      item.setAttribute("aria-expanded", String(turn % 2 === 0));
      item.toggleAttribute("hidden");
    }
    for (let n = 0; n < 6; n++) await painted();
  }
}

function form(): void {
  style(SHOP_CSS);
  const fields = Array.from({ length: 20 }, (_, n) => {
    const input = make("input", { id: `field-${n}`, type: "text", required: "", "aria-invalid": "true" });
    const note = make("span", { class: "note" }, "Please fill in");
    // As forms do that check while one types.
    input.addEventListener("input", () => {
      const { length } = (input as HTMLInputElement).value;
      input.setAttribute("aria-invalid", String(length < 3));
      note.textContent = length < 3 ? "A little longer, please" : "Thank you";
    });
    return make("label", {}, `Question ${n + 1} `, input, note);
  });
  stage(make("h1", {}, "Your order"), make("form", {}, ...fields));
}

function quotes(): void {
  style(SHOP_CSS);
  stage(
    make("div", {}, ...Array.from({ length: 20 }, (_, n) => make("p", {}, `${word()} ${n} `, make("b", {}, price())))),
  );
}

async function tick(): Promise<void> {
  const cells = [...main().querySelectorAll("b")];
  for (let turn = 0; turn < 180; turn++) {
    for (const cell of cells) {
      cell.textContent = price();
      cell.className = random(2) ? "up" : "down";
    }
    await painted();
  }
}

async function openModals(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    const lines = Array.from({ length: 12 }, () => make("li", {}, `${word()} ${word()}`, make("b", {}, price())));
    const dialog = make("dialog", {}, make("h2", {}, "Your basket"), make("ul", {}, ...lines)) as HTMLDialogElement;
    document.body.append(dialog);
    document.body.classList.add("locked");
    dialog.showModal();
    for (let n = 0; n < 6; n++) await painted();
    dialog.close();
    dialog.remove();
    document.body.classList.remove("locked");
    for (let n = 0; n < 6; n++) await painted();
  }
}

/** As CSS-in-JS libraries do in production: no text, rules only. */
async function insertRules(): Promise<void> {
  const { sheet } = style("");
  for (let n = 0; n < 5000; n++) {
    sheet?.insertRule(`.css-${n.toString(36)} { color: rgb(${n % 256}, 20, 40); padding: ${n % 32}px }`, n);
    if (n % 500 === 499) await painted();
  }
}

async function filter(): Promise<void> {
  const cards = [...main().querySelectorAll("article")];
  for (let turn = 0; turn < 10; turn++) {
    for (const [n, one] of cards.entries()) one.toggleAttribute("hidden", (n + turn) % 3 === 0);
    for (let n = 0; n < 40; n++)
      (cards[random(cards.length)]?.querySelector(".price") as HTMLElement).textContent = price();
    for (let n = 0; n < 6; n++) await painted();
  }
}

const divs = (count: number): void =>
  void stage(...Array.from({ length: count }, (_, n) => make("div", { id: `item-${n}` })));

export const WORKLOADS: Record<string, Workload> = {
  create: { ...blank, run: () => appendChains(main()) },
  "add-and-remove": { ...blank, run: addAndRemove },
  "add-and-move": { ...blank, run: addAndMove },
  attributes: {
    setUp: () => divs(10_000),
    run: () =>
      main()
        .querySelectorAll("div")
        .forEach((div) => div.classList.add("is-new")),
  },
  "deep-nested": { ...blank, run: nestDeeply },
  descendants: { ...blank, run: appendIntoLast },
  "grid-snapshot": { setUp: () => grid(1112) },
  reorder: { setUp: table, run: reorder },
  toggle: { setUp: () => divs(5000), run: toggle },
  typing: { setUp: form },
  ticker: { setUp: quotes, run: tick },
  modal: { setUp: () => grid(450), run: openModals },
  "css-rules": { setUp: () => grid(20), run: insertRules },
  throttled: { setUp: () => grid(1112), run: filter },
};
