/**
 * A keyframe of what was sent, not of what the page has become: while a masked field is edited, which nodes changed, and how
 * many, would tell what is typed. Of the page it reads what is told live, and which rules stand on its elements: what a
 * rule masks or blocks by now is not sent again.
 */
import { isElement } from "../mask/nodes.ts";
import { ruleOn } from "../mask/judge.ts";
import type { Change, Entry } from "../wire/protocol.gen.ts";
import { entryOf } from "./entries.ts";
import type { Fields } from "./fields.ts";
import { added, type Again, type Known, type KnownTree } from "./known.ts";
import type { Reading } from "./reading.ts";

/** Fills the reading's tree, which is empty, with what `shown` holds; canvases and pictures wait for the next. */
export function readAgain(reading: Reading, shown: KnownTree): [Entry[], Change[]] {
  const { dirty, fields, sheets, surroundings, tree } = reading;
  const entries: Entry[] = [];
  const changes: Change[] = [];
  const rest = [...shown.root.children].reverse();
  for (let next = rest.pop(); next; next = rest.pop()) {
    const parent = tree.of((next.parent as Known).node) as Known;
    const old = isStricter(next, fields) ? boxed(next) : next;
    const known = tree.addAgain(old, parent);
    parent.children = added(parent.children, known);
    const entry: unknown[] = entryOf(known);
    if (known.inner) entry[entry.length - 1] = old.children.length;
    entries.push(entry as Entry);
    if (known.form === "sr" || known.form === "doc") reading.watchRoot(known.node);
    if (known.isControl) fields.again(known);
    for (let at = old.children.length; at--;) rest.push(old.children[at] as Known);
  }
  const of: Again = ({ form, node }) => {
    const known = tree.of(node);
    return known?.form === form ? known : undefined;
  };
  fields.tell(changes);
  sheets.again(of, changes);
  surroundings.again(tree, of, changes);
  surroundings.describe(dirty, (node) => tree.of(node), changes);
  return [entries, changes];
}

/** Is more kept back of it than when it was sent: by the relay, the site's policy, or the page's own mark? */
function isStricter({ form, inner, node }: Known, fields: Fields): boolean {
  if (!isElement(node) || form.startsWith("bx,")) return false;
  const rule = ruleOn(node);
  return rule === "block" || (rule === "mask" && (inner ? inner.rule !== "mask" : fields.isShown(node)));
}

/** A box of no size: how large it is by now may follow from what is typed. */
function boxed(known: Known): Known {
  const box = ["bx", "blocked", "", 0, 0, ""] satisfies Entry;
  return { ...known, form: box.join(), inner: null, children: [], attributes: undefined, isControl: false, box };
}
