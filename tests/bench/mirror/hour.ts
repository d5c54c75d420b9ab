/** Mutations without an end on a page that stays as large as it is: rows come and go, texts and classes change. */
const ROWS = 200;
const LIST = 5;
// Document 1, doctype 2, html 3, head 4, the list 5 is the body; each row is an element, its text, and a price with its text.
const ROW_NODES = 4;

const row = (n: number): unknown[][] => [
  ["el", "p", { class: "row", id: `row-${n}` }, 2],
  ["tx", `row ${n}`],
  ["el", "b", {}, 1],
  ["tx", "0.00"],
];

const keyframe = (): unknown[] => [
  "keyframe",
  1,
  0,
  { origin: "https://shop.example", path: "/", quirks: false },
  [
    ["dt", "html"],
    ["el", "html", {}, 2],
    ["el", "head", {}, 0],
    ["el", "body", {}, ROWS],
    ...Array.from({ length: ROWS }, (_, n) => row(n)).flat(),
  ],
  [],
];

let count = 0;
let next = LIST + 1 + ROWS * ROW_NODES;
/** First node id of each row, as they stand. */
const rows = Array.from({ length: ROWS }, (_, n) => LIST + 1 + n * ROW_NODES);

function changesNow(first: number): unknown[][] {
  const turn = count % 4;
  // A new row in front, some in another order, the last one gone: the page stays as long as it is.
  if (turn === 0) {
    rows.unshift(first);
    next += ROW_NODES;
    return [["children", LIST, 0, 0, row(count)]];
  }
  if (turn === 2) {
    rows.pop();
    return [["children", LIST, ROWS, 1, []]];
  }
  if (count % 40 === 1) {
    const moved = rows.slice(10, 50).reverse();
    rows.splice(10, 40, ...moved);
    return [["children", LIST, 10, 40, moved.map((id) => ["at", id])]];
  }
  return Array.from({ length: 5 }, (_, n) => rows[(count * 7 + n * 31) % ROWS] as number).flatMap((id) => [
    ["text", id + 3, `${count}.00`],
    ["attributes", id, { class: count % 3 ? "row up" : "row", style: `margin-left: ${count % 9}px` }],
  ]);
}

function mutation(): unknown[] {
  const first = next;
  const changes = changesNow(first);
  return ["mutation", 1, ++count, first, changes];
}

/** Applies as many mutations, each with its layout; a frame is painted every twenty, as in a second. */
export async function hour(mutations: number): Promise<string[]> {
  const { player } = window;
  if (!count) {
    await player.open();
    player.apply(JSON.stringify(keyframe()));
  }
  for (let n = 0; n < mutations; n++) {
    player.apply(JSON.stringify(mutation()));
    player.lookOf().body.getBoundingClientRect();
    if (n % 20 === 19) await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return player.problems();
}
