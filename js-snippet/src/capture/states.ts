/** What style sheets ask of elements by pseudo-class and no attribute says: what is hovered, pressed, linked to. */
import type { Mask } from "../mask.ts";
import { controlAround } from "../mask/controls.ts";
import type { Look } from "../mask/judge.ts";
import { isElement, localName, treeParent } from "../mask/nodes.ts";
import type { Change, StateChange } from "../wire/protocol.gen.ts";
import type { Known } from "./known.ts";
import type { Pointer } from "./observe_pointer.ts";

type State = StateChange[1];

export class States {
  readonly #sent = new Map<State, number>();
  #url: string | null = null;
  #target: Element | null = null;

  constructor(
    private readonly document: Document,
    private readonly mask: Mask,
  ) {}

  reset(): void {
    this.#sent.clear();
    this.#url = null;
  }

  /** `pointer`: null where it is not told. */
  describe(
    pointer: Pointer | null,
    focused: Element | null,
    of: (node: Node) => Known | undefined,
    changes: Change[],
  ): void {
    if (this.document.URL !== this.#url && !this.mask.echoes.isHolding) {
      this.#url = this.document.URL;
      this.#target = this.document.querySelector(":target");
    }
    const now: [State, Element | null][] = [
      ["hover", pointer?.target ?? null],
      ["active", pointer?.pressed && this.isTold(pointer.pressed) ? pointer.pressed : null],
      ["target", this.#target && this.isTold(this.#target) ? this.#target : null],
      ["focus-visible", focused?.matches(":focus-visible") ? focused : null],
    ];
    for (const [state, element] of now) {
      let at: Node | null = element;
      while (at && !of(at)?.attributes) at = treeParent(at);
      const id = (at && of(at)?.id) ?? null;
      if (id === (this.#sent.get(state) ?? null)) continue;
      if (id === null) this.#sent.delete(state);
      else this.#sent.set(state, id);
      changes.push(["state", state, id]);
    }
  }

  /** On what is masked, labels what is masked, or stands in a masked choice, pointer and focus would tell what is chosen. */
  isTold(target: Element): boolean {
    for (let at: Node | null = target; at; at = treeParent(at)) {
      const labelled = isElement(at) && localName(at) === "label" ? (at as HTMLLabelElement).control : null;
      if (labelled && !this.#isShown(labelled)) return false;
    }
    return this.#isShown(controlAround(target) ?? target);
  }

  /** A field that is typed into tells nothing by having the focus; one of several choices does, and what stands in one. */
  mayTellFocus(element: Element): boolean {
    const look = this.#look(element);
    if (look?.verdict === "show") return this.isTold(element);
    return !!look?.kind && look.kind !== "radio";
  }

  #isShown(element: Element): boolean {
    return this.#look(element)?.verdict === "show";
  }

  /** Null for what does not travel, and for what stands in a masked choice. */
  #look(element: Element): Look | null {
    const within = this.mask.shape.withinOf(element, new Map());
    return within && !within.choice ? this.mask.judge.look(element, within) : null;
  }
}
