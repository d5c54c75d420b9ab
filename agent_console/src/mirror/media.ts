/**
 * Media queries as the shopper's screen answers them: the agent's browser may prefer light, have a mouse and coarse
 * pixels where the shopper has dark mode, a finger and fine ones. Width and height are those of the mirror's frame.
 */

// What holds where no other value of the feature does.
const DEFAULTS: Record<string, string> = {
  "prefers-color-scheme": "light",
  "prefers-reduced-motion": "no-preference",
  "prefers-contrast": "no-preference",
  "forced-colors": "none",
  hover: "none",
  pointer: "none",
  "any-hover": "none",
  "any-pointer": "none",
  "display-mode": "browser",
  // The page runs scripts; the mirror never does.
  scripting: "none",
};
const FEATURE = new RegExp(String.raw`\(\s*(${Object.keys(DEFAULTS).join("|")})\s*(?::\s*([\w-]+)\s*)?\)`, "gi");
const RATIO = /\(\s*(-webkit-)?(min-|max-)?(resolution|device-pixel-ratio)\s*:\s*([\d.]+)(dppx|x|dpi|dpcm)?\s*\)/gi;
const ALWAYS = "(min-width: 0px)";
const NEVER = "(max-width: 0px)";
const DOTS_PER_PX: Record<string, number> = { dppx: 1, x: 1, dpi: 1 / 96, dpcm: 2.54 / 96 };

const CONCERNED = /prefers-|forced-colors|hover|pointer|display-mode|scripting|resolution|pixel-ratio|color-scheme/i;
export const hasMediaFeatures = (text: string): boolean => CONCERNED.test(text);

/** Which features match, by the shopper's page. */
export class Media {
  private matching: ReadonlySet<string> = new Set();
  private pixelRatio = 1;
  /** Nothing is known of the shopper's screen: the agent's answers. */
  private isKnown = false;

  /** True where anything is answered otherwise now. */
  set(features: readonly string[], pixelRatio: number): boolean {
    const matching = new Set([...features, "scripting: enabled"]);
    const isSame =
      this.isKnown &&
      pixelRatio === this.pixelRatio &&
      matching.size === this.matching.size &&
      [...matching].every((feature) => this.matching.has(feature));
    this.matching = matching;
    this.pixelRatio = pixelRatio;
    this.isKnown = true;
    return !isSame;
  }

  /** Does the page ask to be painted dark, where its style sheets do not say? */
  get isDark(): boolean {
    return this.matching.has("color-scheme: dark");
  }

  /** What the browser itself paints: of the schemes that a page can do, the one that the shopper prefers. */
  answerScheme(style: CSSStyleDeclaration): void {
    const able = style.getPropertyValue("color-scheme");
    if (!this.isKnown || !/dark/.test(able) || !/light/.test(able)) return;
    const scheme = this.matches("prefers-color-scheme", "dark") ? "dark" : "light";
    style.setProperty("color-scheme", scheme, style.getPropertyPriority("color-scheme"));
  }

  /** The same media query with the shopper's answers in it. */
  answer(query: string): string {
    if (!this.isKnown || !CONCERNED.test(query)) return query;
    return query
      .replace(FEATURE, (_, name: string, value?: string) =>
        this.matches(name.toLowerCase(), value?.toLowerCase()) ? ALWAYS : NEVER,
      )
      .replace(RATIO, (_, __, side: string | undefined, _name, number: string, unit = "dppx") => {
        const wanted = Number(number) * (DOTS_PER_PX[(unit as string).toLowerCase()] ?? 1);
        // As near as what is written with two digits.
        const off = this.pixelRatio - wanted;
        const holds = side === "min-" ? off > -0.01 : side === "max-" ? off < 0.01 : Math.abs(off) < 0.01;
        return holds ? ALWAYS : NEVER;
      });
  }

  private matches(name: string, value: string | undefined): boolean {
    const usual = DEFAULTS[name] as string;
    const isUnusual = [...this.matching].some((feature) => feature.startsWith(`${name}: `));
    if (value === undefined) return isUnusual || usual === "light" || usual === "browser";
    return this.matching.has(`${name}: ${value}`) || (value === usual && !isUnusual);
  }
}
