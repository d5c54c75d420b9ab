/** The site's own marks (`data-beside`), as they stand in a document. Knows nothing of what becomes of them. */
import { pathOf } from "./fields.ts";

export interface FoundRule {
  readonly word: string;
  readonly place: string;
  /** What it stands on: an element's name. */
  readonly tag: string;
  readonly isBlockedAround: boolean;
  /** Stands on a frame whose document nobody here may read. */
  readonly isForeignFrame: boolean;
}

export function rulesBelow(root: ParentNode): FoundRule[] {
  const found: FoundRule[] = [];
  for (const element of root.querySelectorAll("*")) {
    const word = element.getAttribute("data-beside");
    if (word !== null)
      found.push({
        word: word.trim().toLowerCase(),
        place: pathOf(element),
        tag: element.localName,
        isBlockedAround: !!element.parentElement?.closest("[data-beside='block' i]"),
        isForeignFrame: element.localName === "iframe" && !isReadable(element as HTMLIFrameElement),
      });
    if (element.shadowRoot) found.push(...rulesBelow(element.shadowRoot));
  }
  return found;
}

function isReadable(frame: HTMLIFrameElement): boolean {
  try {
    return frame.contentDocument !== null;
  } catch {
    return false;
  }
}
