/**
 * The checks of which `protocol.gen.ts` is made: what the relay's decoder refuses is refused here too.
 */

export type Check<T> = (value: unknown) => value is T;
type Any = (value: unknown) => boolean;

/** A value that the protocol does not allow; what it is stays untold. */
export class Malformed extends Error {}

/** A decoder of one message: returns the value it was given, or throws `Malformed`. */
export function decoderOf<T>(check: Check<T>): (value: unknown) => T {
  return (value) => {
    if (check(value)) return value;
    throw new Malformed("not what the protocol allows");
  };
}

export function orNull(check: Any): Any {
  return (value) => value === null || check(value);
}

export function oneOf(...allowed: unknown[]): Any {
  return (value) => allowed.includes(value);
}

export function anyOf(...checks: Any[]): Any {
  return (value) => checks.some((check) => check(value));
}

/** Of arrays that begin with a tag of their own. */
export function tagged(checks: Record<string, Any>): Any {
  const byTag = new Map<unknown, Any>(Object.entries(checks));
  return (value) => Array.isArray(value) && !!byTag.get(value[0])?.(value);
}

/** Counted in code points, as JSON Schema does; a string has at most as many of them as UTF-16 units. */
export function text(max = Infinity, min = 0, pattern?: RegExp): Any {
  return (value) =>
    typeof value === "string" &&
    value.isWellFormed() &&
    (value.length <= max || [...value].length <= max) &&
    (value.length >= min * 2 || [...value].length >= min) &&
    (!pattern || pattern.test(value));
}

export function number(min = -Infinity, max = Infinity, above = -Infinity): Any {
  return (value) => typeof value === "number" && isFinite(value) && value >= min && value <= max && value > above;
}

export function whole(min: number, max = 2_147_483_647): Any {
  return (value) => Number.isInteger(value) && min <= (value as number) && (value as number) <= max;
}

export const flag: Any = (value) => typeof value === "boolean";

export function list(check: Any, min = 0, max = Infinity): Any {
  return (value) => Array.isArray(value) && value.length >= min && value.length <= max && value.every(check);
}

/** A loop and no callback, here and in `map`: a keyframe holds tens of thousands of them. */
export function tuple<T>(...checks: Any[]): Check<T> {
  return (value): value is T => {
    if (!Array.isArray(value) || value.length !== checks.length) return false;
    for (let at = 0; at < checks.length; at++) if (!checks[at]?.(value[at])) return false;
    return true;
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every name of it, and no other. */
export function record<T>(checks: Record<string, Any>): Check<T> {
  const names = Object.keys(checks);
  return (value): value is T =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && checks[name]?.((value as Record<string, unknown>)[name]));
}

export function map(name: Any, item: Any, max = Infinity): Any {
  return (value) => {
    if (!isObject(value)) return false;
    const keys = Object.keys(value);
    if (keys.length > max) return false;
    for (const key of keys) if (!name(key) || !item((value as Record<string, unknown>)[key])) return false;
    return true;
  };
}
