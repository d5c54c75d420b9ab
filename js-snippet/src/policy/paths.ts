/** Path patterns of a policy: `*` is a segment or a part of one, `**` anything. Knows nothing of rules. */

/** The path that a router keeps in the fragment (`#/account?tab=2`, `#!/account`); any other fragment is a place on a page. */
const ROUTE = /^#!?(\/[^?#]*)/;

export const routeIn = (fragment: string): string | undefined => ROUTE.exec(fragment)?.[1];

/** As patterns see it: written out where it can be, without doubled slashes or one at the end, which servers pass over. */
export function plainPath(path: string): string {
  // Run by run: one that is no UTF-8 must not keep the others as they are.
  const written = path.replace(/(?:%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
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
