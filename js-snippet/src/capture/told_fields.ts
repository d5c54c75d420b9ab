/** Does a field tell something else than it told before? */
import type { Field, FieldStatus } from "../wire/protocol.gen.ts";

export const isSameStatus = (one: FieldStatus | null, other: FieldStatus | null): boolean =>
  one?.filled === other?.filled && one?.validity === other?.validity;

/** But for the label, and for the status where there is one now. */
export function isEqual(one: Field, other: Field): boolean {
  return (
    one.kind === other.kind &&
    one.purpose === other.purpose &&
    one.verdict === other.verdict &&
    one.reason === other.reason &&
    one.required === other.required &&
    one.disabled === other.disabled &&
    (other.status !== null || one.status === null) &&
    one.content?.text === other.content?.text &&
    one.content?.checked === other.content?.checked
  );
}
