// Angular in production mode and in a zone, its templates compiled in the browser: scoped styles by generated attributes,
// blocks between comments, a reactive form with its ng-* classes, projected content, a component with a shadow root.
import "zone.js";
import "@angular/compiler";
import { CurrencyPipe } from "@angular/common";
import {
  Component,
  ViewEncapsulation,
  computed,
  enableProdMode,
  provideZoneChangeDetection,
  signal,
} from "@angular/core";
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from "@angular/forms";
import { bootstrapApplication } from "@angular/platform-browser";

@Component({
  selector: "shop-card",
  template: `<h2>{{ title }}</h2>
    <ng-content />
    <footer><ng-content select="[slot=foot]" /></footer>`,
  inputs: ["title"],
  host: { "[class.open]": "isOpen", "(click)": "isOpen = true" },
  styles: `
    :host {
      display: block;
      margin: 12px 0;
      padding: 12px;
      border: 2px solid #ccc;
      width: 460px;
    }
    :host(.open) {
      border-color: #2e7d4f;
    }
    h2 {
      margin: 0;
      color: #2e7d4f;
    }
    footer:empty {
      display: none;
    }
    :host ::ng-deep li {
      color: #555;
    }
  `,
})
class Card {
  title = "";
  isOpen = false;
}

@Component({
  selector: "shop-badge",
  template: `<b part="number">{{ count }}</b> pieces`,
  inputs: ["count"],
  encapsulation: ViewEncapsulation.ShadowDom,
  styles: `
    :host {
      background: #fdf1e4;
      padding: 4px 10px;
      border-radius: 12px;
    }
    b {
      color: #b5552b;
    }
  `,
})
class Badge {
  count = 0;
}

@Component({
  selector: "shop-checkout",
  imports: [Badge, Card, CurrencyPipe, ReactiveFormsModule],
  template: `
    <h1>Checkout</h1>
    <shop-badge [count]="count()" />
    <shop-card title="Basket">
      <ul>
        @for (line of lines(); track line.id; let odd = $odd) {
          <li [class.odd]="odd" [style.font-weight]="line.count > 1 ? 700 : null">
            {{ line.count }} × {{ line.name }}, {{ line.count * line.price | currency: "EUR" }}
          </li>
        } @empty {
          <li>Nothing yet</li>
        }
      </ul>
      <span slot="foot">{{ sum() | currency: "EUR" }}</span>
    </shop-card>
    <shop-card title="Payment">
      <form [formGroup]="form" (ngSubmit)="isSent.set(true)">
        <label>Name <input id="name" formControlName="name" /></label>
        @if (name.touched && name.hasError("minlength")) {
          <p class="wrong">Please tell us your whole name</p>
        }
        <label><input id="gift" type="checkbox" formControlName="gift" /> A gift</label>
        @switch (form.value.gift) {
          @case (true) {
            <p>With a card that says: {{ words() }}</p>
          }
          @default {
            <p>In a plain box</p>
          }
        }
        <button id="pay" [disabled]="form.invalid">Pay</button>
      </form>
    </shop-card>
    @if (isSent()) {
      <p class="done" id="done">Thank you</p>
    }
    <button id="later" type="button" (click)="orderLater()">One more, later</button>
  `,
  styles: `
    :host {
      display: block;
      font: 16px/1.5 sans-serif;
      margin: 24px;
    }
    label {
      display: block;
      margin: 8px 0;
    }
    input.ng-invalid.ng-touched {
      outline: 2px solid #b5552b;
    }
    input.ng-valid.ng-dirty {
      outline: 2px solid #2e7d4f;
    }
    li.odd {
      background: #e7f3ea;
    }
    .wrong {
      color: #b5552b;
    }
    .done {
      background: #2e7d4f;
      color: #fff;
      padding: 12px;
      width: 460px;
    }
  `,
})
class Checkout {
  readonly lines = signal(["Fern", "Palm", "Moss"].map((name, id) => ({ id, name, count: 1, price: 4.5 + id })));
  readonly sum = computed(() => this.lines().reduce((sum, { count, price }) => sum + count * price, 0));
  readonly count = computed(() => this.lines().reduce((sum, { count }) => sum + count, 0));
  readonly words = signal("all the best");
  readonly isSent = signal(false);
  readonly form = new FormGroup({
    name: new FormControl("", [Validators.required, Validators.minLength(6)]),
    gift: new FormControl(false),
  });
  readonly name = this.form.controls.name;

  constructor() {
    Object.assign(window, { steps: stepsOf(this) });
  }

  /** In a task that only the zone knows of. */
  orderLater(): void {
    setTimeout(() => this.order("Ivy"), 20);
  }

  order(name: string): void {
    this.lines.update((lines) => [...lines, { id: 10 + lines.length, name, count: 2, price: 3 }]);
  }
}

const stepsOf = (shop: Checkout) => ({
  "one more, in a task of the zone": () => [
    ["click", "#later"],
    ["wait", "document.querySelectorAll('li').length === 4"],
  ],
  "in another order, one gone": () => {
    shop.lines.update((lines) => [...lines].reverse().slice(1));
    return [["wait", "document.querySelectorAll('li').length === 3"]];
  },
  "a validation error": () => [
    ["click", "#name"],
    ["type", "Emma"],
    ["click", "h1"],
    ["wait", "document.querySelector('.wrong')"],
  ],
  "typed into a masked field": () => [
    ["click", "#name"],
    ["type", " Clarke"],
    ["click", "h1"],
    ["wait", "!document.querySelector('.wrong')"],
  ],
  "another case": () => [["click", "#gift"]],
  "a text in it": () => {
    shop.words.set("come to tea");
    return [["wait", "document.body.innerText.includes('come to tea')"]];
  },
  sent: () => [
    ["click", "#pay"],
    ["wait", "document.querySelector('#done')"],
  ],
  "all gone": () => {
    shop.lines.set([]);
    return [["wait", "document.body.innerText.includes('Nothing yet')"]];
  },
});

enableProdMode();
(document.getElementById("app") as HTMLElement).append(document.createElement("shop-checkout"));
void bootstrapApplication(Checkout, { providers: [provideZoneChangeDetection({ eventCoalescing: true })] });
