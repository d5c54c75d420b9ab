/**
 * What is kept of a view from one page of the shop to the next: in `sessionStorage`, so in this tab alone.
 *
 * Only the session's name, the participant token for the next connect, whether the shopper paused, and who is to be asked
 * about: nothing that is derived from a page or from a field (`echoes_kept.ts` has what is). The session's name alone also stands in `localStorage` while the view lasts: a new
 * tab that starts with nothing (a link with `noopener`) asks the others by it.
 */

import { forgetEchoes } from "./echoes_kept.ts";
import { stringify } from "./wire/json.ts";

export interface KeptView {
  session: string;
  /** Empty or absent: another tab has it. */
  token?: string;
  /** The shopper paused, and the relay may not know it yet: a page that opens next shares nothing. */
  paused?: boolean;
  /** When the shopper allowed the view, as their own clock has it (Unix milliseconds). */
  since?: number;
  /**
   * The page that kept it has left, so whoever finds this is the next page of the same tab. A duplicated tab copies the
   * storage of a page that is still there.
   */
  left?: boolean;
  /** Who would see this page, by name: the shopper came from another origin and has not pressed here yet. */
  asks?: string;
}

const keyOf = (site: string): string => "beside:" + site;

/** Null where nothing is kept, or where the browser refuses storage. */
export function keptView(site: string): KeptView | null {
  try {
    const key = keyOf(site);
    return JSON.parse(sessionStorage.getItem(key) || localStorage.getItem(key) || "null") as KeptView | null;
  } catch {
    return null;
  }
}

export function keepView(site: string, view: KeptView): void {
  try {
    sessionStorage.setItem(keyOf(site), stringify(view));
    if (!view.asks) localStorage.setItem(keyOf(site), stringify({ session: view.session }));
  } catch {
    // Storage is refused (blocked, or full): the view lives on this page and ends with it.
  }
}

/** @param everywhere the view is over, for every tab. */
export function forgetView(site: string, everywhere: boolean): void {
  forgetEchoes(site);
  try {
    sessionStorage.removeItem(keyOf(site));
    if (everywhere) localStorage.removeItem(keyOf(site));
  } catch {
    // Refused storage holds nothing to forget.
  }
}
