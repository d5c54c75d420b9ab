/**
 * The fingerprints of what masked fields held, from one page of the shop to the next: in this tab's `sessionStorage`, as
 * long as the view lasts. Without the relay's key, which is kept nowhere, they say nothing.
 */
import { stringify } from "./wire/json.ts";

const keyOf = (site: string): string => `beside:${site}:echoes`;

/** Those of this session; none where nothing is kept or the browser refuses storage. */
export function keptEchoes(site: string, session: string): number[] {
  try {
    const [of, ...prints] = JSON.parse(sessionStorage.getItem(keyOf(site)) ?? "[]") as [string, ...number[]];
    return of === session ? prints : [];
  } catch {
    return [];
  }
}

export function keepEchoes(site: string, session: string, prints: readonly number[]): void {
  try {
    sessionStorage.setItem(keyOf(site), stringify([session, ...prints]));
  } catch {
    // Storage is refused: the next page knows nothing of this one.
  }
}

export function forgetEchoes(site: string): void {
  try {
    sessionStorage.removeItem(keyOf(site));
  } catch {
    // Refused storage holds nothing to forget.
  }
}
