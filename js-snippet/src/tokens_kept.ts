/**
 * What is kept of a view from one page of the shop to the next: in `sessionStorage`, so in this tab alone.
 *
 * Only the session's name, the participant token for the next connect, and whether the shopper paused: nothing that is
 * derived from a page or from a field.
 */

export interface KeptView {
  session: string;
  token: string;
  /** The shopper paused, and the relay may not know it yet: a page that opens next shares nothing. */
  paused: boolean;
  /** When the shopper allowed the view, as their own clock has it (Unix milliseconds). */
  since: number;
}

const keyOf = (site: string): string => "beside:" + site;

/** Null where nothing is kept, or where the browser refuses storage. */
export function keptView(site: string): KeptView | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(site)) ?? "null") as KeptView | null;
  } catch {
    return null;
  }
}

export function keepView(site: string, view: KeptView): void {
  try {
    sessionStorage.setItem(keyOf(site), JSON.stringify(view));
  } catch {
    // Storage is refused (blocked, or full): the view lives on this page and ends with it.
  }
}

export function forgetView(site: string): void {
  try {
    sessionStorage.removeItem(keyOf(site));
  } catch {
    // Refused storage holds nothing to forget.
  }
}
