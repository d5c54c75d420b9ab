/** What changed since the last frame: marks, never copies of what changed. Knows nothing of the mirror. */

// Attributes that decide what an element is captured as, and by what rule.
const SHAPING = /^(?:data-beside|type|rel|contenteditable|role|src|srcdoc|sandbox)$/;

export class Dirty {
  /** Nodes whose child lists may differ. */
  parents = new Set<Node>();
  attributes = new Set<Element>();
  texts = new Set<Text>();
  /** Elements that may be another form of entry now, or under another rule. */
  shapes = new Set<Element>();
  /** Owners of style sheets whose text changed in the document. */
  sheets = new Set<Element>();
  /** Elements that scrolled; the document for the window. */
  readonly scrolled = new Set<Node>();
  readonly layers = new Set<Element>();

  take(records: readonly MutationRecord[]): void {
    for (const { type, target, attributeName } of records) {
      if (type === "attributes") {
        this.attributes.add(target as Element);
        if (SHAPING.test(attributeName as string)) this.shapes.add(target as Element);
        if (attributeName === "open" || attributeName === "popover") this.layers.add(target as Element);
        if (/^(?:media|href|disabled|rel)$/.test(attributeName as string)) this.sheets.add(target as Element);
      } else if (type === "childList") {
        this.parents.add(target);
        this.sheets.add(target as Element);
      } else {
        this.texts.add(target as Text);
        if (target.parentNode) this.sheets.add(target.parentNode as Element);
      }
    }
  }

  /** Hands over the marks of the tree: while they are read, new ones are made. */
  drain(): Dirty {
    const { layers, scrolled } = this;
    const drained = Object.assign(new Dirty(), this);
    Object.assign(this, new Dirty(), { layers, scrolled });
    return drained;
  }

  get hasTree(): boolean {
    return this.parents.size + this.attributes.size + this.texts.size + this.shapes.size > 0;
  }

  /** Told already, also while the tree is held back. */
  clearSurroundings(): void {
    this.scrolled.clear();
    this.layers.clear();
  }

  clear(): void {
    for (const set of Object.values(this) as Set<unknown>[]) set.clear();
  }
}
