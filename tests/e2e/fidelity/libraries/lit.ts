// Lit: declarative templates in shadow roots, text in parts between comments, sheets shared by adoption.
import { LitElement, css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";

interface Line {
  readonly id: number;
  readonly name: string;
  readonly count: number;
}

class ShopBasket extends LitElement {
  static override properties = { lines: { state: true }, isOpen: { type: Boolean, reflect: true, attribute: "open" } };
  static override styles = css`
    :host {
      display: block;
      border: 2px solid #2e7d4f;
      padding: 16px;
      width: 460px;
      font: 16px/1.5 sans-serif;
    }
    :host([open]) {
      background: #fdf1e4;
    }
    li.many {
      font-weight: bold;
    }
  `;
  declare lines: readonly Line[];
  declare isOpen: boolean;

  constructor() {
    super();
    this.isOpen = false;
    this.lines = ["Fern", "Palm", "Moss"].map((name, id) => ({ id, name, count: 1 }));
  }

  override render() {
    return html`<h2>Basket (${this.lines.reduce((sum, { count }) => sum + count, 0)})</h2>
      <ul>
        ${repeat(
          this.lines,
          ({ id }) => id,
          ({ name, count }) => html`<li class=${count > 1 ? "many" : ""}>${count} × ${name}</li>`,
        )}
      </ul>
      ${this.isOpen ? html`<shop-code></shop-code>` : html`<p>Press to add a code</p>`}<slot></slot>`;
  }
}

class ShopCode extends LitElement {
  static override properties = { word: { state: true } };
  static override styles = css`
    input {
      padding: 8px;
    }
    input:not(:placeholder-shown) + b {
      color: #b5552b;
    }
  `;
  declare word: string;

  constructor() {
    super();
    this.word = "empty";
  }

  override render() {
    return html`<label
      >Voucher <input placeholder="Code" @change=${() => (this.word = "typed")} /><b> ${this.word}</b></label
    >`;
  }
}

customElements.define("shop-basket", ShopBasket);
customElements.define("shop-code", ShopCode);
const basket = document.createElement("shop-basket") as ShopBasket;
basket.textContent = "Free delivery over 30.00";
(document.getElementById("app") as HTMLElement).append(basket);
Object.assign(window, {
  steps: {
    "counts change": () => void (basket.lines = basket.lines.map((line) => ({ ...line, count: line.id + 1 }))),
    "lines in another order": () => void (basket.lines = [...basket.lines].reverse()),
    "a line between": () =>
      void (basket.lines = [...basket.lines.slice(0, 1), { id: 9, name: "Ivy", count: 3 }, ...basket.lines.slice(1)]),
    "another template": () => void (basket.isOpen = true),
    "typed into a masked field": () => [
      ["click", "shop-code input"],
      ["type", "SPRING"],
      ["key", "Tab"],
    ],
    "back again": () => void (basket.isOpen = false),
  },
});
