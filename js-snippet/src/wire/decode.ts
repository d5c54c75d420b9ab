/**
 * Checks a received value against a schema of `protocol.gen.ts`: what the relay's decoder refuses is refused here too.
 * Reads only the words that msgspec writes (type, enum, anyOf, prefixItems, items, properties, bounds); throws on others
 * when the schema is compiled, so that a new word cannot be passed over in silence.
 */

type Schema = Record<string, unknown>;
type Check = (value: unknown, path: string) => void;

/** A value that the protocol does not allow; `path` tells where, never what. */
export class Malformed extends Error {
  constructor(readonly path: string) {
    super(`not what the protocol allows at ${path}`);
  }
}

const WORDS = new Set(
  (
    "$ref anyOf enum const type minimum maximum exclusiveMinimum minLength maxLength pattern prefixItems items minItems maxItems " +
    "properties required additionalProperties propertyNames minProperties maxProperties"
  ).split(" "),
);

const refuse = (path: string): never => {
  throw new Malformed(path);
};

/** A decoder of one named struct: returns the value it was given, or throws `Malformed`. */
export function decoderOf<T>(definitions: Record<string, unknown>, name: string): (value: unknown) => T {
  const compiled = new Map<string, Check>();
  const check = named(name);
  return (value) => {
    check(value, "$");
    return value as T;
  };

  function named(ref: string): Check {
    const known = compiled.get(ref);
    if (known) return known;
    // Set before compiling: a recursive definition finds this forwarder.
    compiled.set(ref, (value, path) => real(value, path));
    const real = compile(definitions[ref] as Schema);
    compiled.set(ref, real);
    return real;
  }

  function compile(schema: Schema): Check {
    for (const word of Object.keys(schema)) if (!WORDS.has(word)) throw new Error(`unknown schema word ${word}`);
    if (schema["$ref"]) return named(schema["$ref"] as string);
    if (schema["anyOf"]) return compileUnion(schema["anyOf"] as Schema[]);
    const allowed = schema["enum"] as unknown[] | undefined;
    if (allowed) return (value, path) => void (allowed.includes(value) || refuse(path));
    if ("const" in schema) return (value, path) => void (value === schema["const"] || refuse(path));
    switch (schema["type"]) {
      case "array":
        return compileArray(schema);
      case "object":
        return compileObject(schema);
      case "string":
        return compileString(schema);
      case "integer":
      case "number":
        return compileNumber(schema);
      case "boolean":
        return (value, path) => void (typeof value === "boolean" || refuse(path));
      case "null":
        return (value, path) => void (value === null || refuse(path));
      default:
        throw new Error("schema without a type");
    }
  }

  function compileUnion(options: Schema[]): Check {
    const byTag = new Map<unknown, Check>();
    const others: Check[] = [];
    for (const option of options) {
      const target = option["$ref"] ? (definitions[option["$ref"] as string] as Schema) : option;
      const tags = ((target["prefixItems"] as Schema[] | undefined)?.[0]?.["enum"] as unknown[] | undefined) ?? [];
      for (const tag of tags) byTag.set(tag, compile(option));
      if (!tags.length) others.push(compile(option));
    }
    return (value, path) => {
      const tagged = Array.isArray(value) ? byTag.get(value[0]) : undefined;
      if (tagged) return tagged(value, path);
      for (const other of others) {
        try {
          return other(value, path);
        } catch (error) {
          if (!(error instanceof Malformed)) throw error;
        }
      }
      return refuse(path);
    };
  }

  function compileArray(schema: Schema): Check {
    const { minItems = 0, maxItems = Infinity } = schema as { minItems?: number; maxItems?: number };
    const fixed = (schema["prefixItems"] as Schema[] | undefined)?.map(compile);
    const rest = !fixed && schema["items"] ? compile(schema["items"] as Schema) : undefined;
    return (value, path) => {
      if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return refuse(path);
      for (let i = 0; i < value.length; i++) (fixed ? fixed[i] : rest)?.(value[i], `${path}[${i}]`);
    };
  }

  function compileObject(schema: Schema): Check {
    const properties = schema["properties"] as Record<string, Schema> | undefined;
    const { maxProperties = Infinity } = schema as { maxProperties?: number };
    if (properties) {
      const checks = new Map(Object.entries(properties).map(([key, value]) => [key, compile(value)]));
      const required = new Set(schema["required"] as string[]);
      return (value, path) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(path);
        for (const key of required) if (!Object.hasOwn(value, key)) refuse(`${path}.${key}`);
        // A stranger's key is hostile too: the path does not repeat it.
        for (const [key, item] of Object.entries(value))
          (checks.get(key) ?? (() => refuse(path)))(item, `${path}.${key}`);
      };
    }
    const key = schema["propertyNames"] ? compileString(schema["propertyNames"] as Schema) : undefined;
    const item = compile(schema["additionalProperties"] as Schema);
    return (value, path) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(path);
      const entries = Object.entries(value);
      if (entries.length > maxProperties) return refuse(path);
      for (const [name, content] of entries) {
        key?.(name, path);
        item(content, `${path}[...]`);
      }
    };
  }

  function compileString(schema: Schema): Check {
    const { minLength = 0, maxLength = Infinity } = schema as { minLength?: number; maxLength?: number };
    const pattern = schema["pattern"] ? new RegExp(schema["pattern"] as string, "u") : undefined;
    return (value, path) => {
      if (typeof value !== "string" || !value.isWellFormed()) return refuse(path);
      // JSON Schema counts code points; a string has at most as many of them as UTF-16 units.
      if (value.length > maxLength && [...value].length > maxLength) return refuse(path);
      if (value.length < minLength * 2 && [...value].length < minLength) return refuse(path);
      if (pattern && !pattern.test(value)) refuse(path);
    };
  }

  function compileNumber(schema: Schema): Check {
    const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema as Record<string, number>;
    const whole = schema["type"] === "integer";
    return (value, path) => {
      if (typeof value !== "number" || !Number.isFinite(value) || (whole && !Number.isInteger(value)))
        return refuse(path);
      if (value < minimum || value > maximum || value <= exclusiveMinimum) refuse(path);
    };
  }
}
