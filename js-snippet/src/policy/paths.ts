/** Path patterns of a policy: `*` is a segment or a part of one, `**` anything. Knows nothing of rules. */

/** As patterns see it: written out where it can be, without doubled slashes or one at the end, which servers pass over. */
export function plainPath(path: string): string {
  let written = path;
  try {
    written = decodeURIComponent(path);
  } catch {
    // No UTF-8: it is compared as it stands.
  }
  return written.replace(/\/{2,}/g, "/").replace(/\/$/, "");
}

/** Does a plain path fit one of them? `/account/**` is `/account` too, and all below it. */
export function fitsPaths(patterns: readonly string[]): (path: string) => boolean {
  const forms = patterns.map((pattern) => {
    const source = plainPath(pattern).replace(/\/\*\*$|\*\*|\*|[\\^$.+?()[\]{}|]/g, (part) =>
      part === "/**" ? "(?:/.*)?" : part === "**" ? ".*" : part === "*" ? "[^/]*" : `\\${part}`,
    );
    return new RegExp(`^${source}$`, "s");
  });
  return (path) => forms.some((form) => form.test(path));
}
