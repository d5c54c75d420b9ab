/**
 * The policy that a page is audited under: the one that the command was given, or else the one that the site's own tag
 * names, verified as the snippet does it. And which of its rules have found nothing on this page.
 */
import type { CaptureSettings } from "../../js-snippet/src/capture/engine.ts";
import type { PageContext } from "../../js-snippet/src/page_context.ts";
import { openPolicy } from "../../js-snippet/src/policy/open.ts";
import { PolicyRules } from "../../js-snippet/src/policy/rules.ts";
import type { RuleKind, SitePolicy } from "../../js-snippet/src/wire/protocol.gen.ts";

/** A rule that found nothing, as `server/beside/audit/audited.py` has it. */
export interface FoundIdle {
  rule: number;
  kind: RuleKind;
  name: string;
  selectors: readonly string[];
  /** Null: it holds on all pages, and need not find something on each. */
  pages: readonly string[] | null;
}

// Nobody learns of an audit's pages but who asks for it, so that rules that values decide are looked at as well.
const EACH = (): boolean => true;

export interface PagePolicy {
  /** What it asks of the capture. */
  readonly settings: Partial<CaptureSettings>;
  /** In words for the report; empty where there is none. */
  readonly says: string;
  idle(): FoundIdle[];
  /** Is nothing of the page shared at its path? */
  isPausing(): boolean;
  blocks(element: Element): boolean;
}

const without = (says: string): PagePolicy => ({
  settings: {},
  says,
  idle: () => [],
  isPausing: () => false,
  blocks: () => false,
});

/** @param given the policy that the command was given; null: the site's own, where it has one. */
export async function policyOfPage(given: SitePolicy | null, tag: HTMLScriptElement | null): Promise<PagePolicy> {
  if (given) {
    const { private: privateMode, queryHosts } = given;
    const settings = { privateMode, queryHosts, rules: new PolicyRules(document, given, EACH) };
    return policed(settings, `version ${given.version}, as given by --policy`);
  }
  if (!tag || !Object.keys(tag.dataset).some((name) => name.startsWith("policy"))) return without("");
  const { relay = new URL(tag.src).origin, site = "" } = tag.dataset;
  const context = { data: { ...tag.dataset }, locale: "en", relay, site, say() {} };
  // As the snippet itself: it needs no more of the page than this.
  const settings = await openPolicy(context as unknown as PageContext, EACH).catch(() => null);
  if (settings) return policed(settings, "the site's own, signed");
  return without("the site's own does not count or cannot be had, so nothing is shared");
}

function policed(settings: Partial<CaptureSettings>, says: string): PagePolicy {
  const rules = settings.rules as PolicyRules;
  const { drift } = rules;
  return {
    settings,
    says,
    isPausing: () => rules.isPausing(),
    blocks: (element) => rules.ruleOn(element, null) === "block",
    idle: () =>
      drift.idle.map(({ rule, kind }) => {
        const { name, pages, [kind]: selectors } = drift.policy.rules[rule - 1] as SitePolicy["rules"][number];
        return { rule, kind, name, selectors, pages };
      }),
  };
}
