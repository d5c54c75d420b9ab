/**
 * A site's policy, verified: signed by the key in the script tag, of this site, of a version that the tag takes, each
 * part of it understood. Without all of that nothing of the page is shared.
 *
 * The attacker is who holds the relay, or the place that the policy is fetched from: without the shop's private key they
 * can take the policy away, or bring back one that the tag's version still allows, and nothing else.
 */
import type { CaptureSettings } from "../capture/engine.ts";
import type { Locale } from "../loader_words.ts";
import type { PageContext } from "../page_context.ts";
import { decoderOf } from "../wire/decode.ts";
import { isSitePolicy, type SitePolicy } from "../wire/protocol.gen.ts";
import type { IsWatched } from "./drift.ts";
import { isForm } from "./forms.ts";
import { PolicyRules } from "./rules.ts";
import { holdsTogether } from "./selectors.ts";

const SAYS: Record<Locale, string> = {
  en: "This shop’s privacy rules could not be verified, so nothing is shared. Please tell the shop.",
  ar: "تعذّر التحقق من قواعد الخصوصية لهذا المتجر، لذلك لا تتم مشاركة أي شيء. يرجى إبلاغ المتجر.",
  zh: "无法验证本店的隐私规则，因此不会共享任何内容。请告知商家。",
};

const MARK = "beside-policy-1 ";
// As the command that signs them has it.
const MAX_BYTES = 64 * 1024;
const LINE_END = 10;

/** Why a policy does not count: for whoever runs the shop, in the browser's console. Never anything of the page. */
class PolicyFault extends Error {}

/**
 * What the policy asks of the capture; null where it does not count, and the shopper has been told.
 *
 * `isWatched`: which rules are looked at for drift; null: as the snippet does. Rejects where it cannot be fetched, as where a file of ours cannot: that may be over in a moment.
 */
export async function openPolicy(
  context: PageContext,
  isWatched?: IsWatched,
): Promise<Partial<CaptureSettings> | null> {
  const { data, locale, relay, say, site } = context;
  const answer = await fetch(data["policy"] ?? `${relay}/policy/${site}`, {
    credentials: "omit",
    cache: "no-cache",
    referrerPolicy: "no-referrer",
  });
  const content = new Uint8Array(await answer.arrayBuffer());
  try {
    if (!answer.ok) throw new PolicyFault(`there is none at its address (${answer.status})`);
    const payload = await verified(content, data["policyKey"] ?? "");
    // An empty one would let every older policy pass.
    const least = /^[1-9]\d*$/.exec(data["policyVersion"] ?? "");
    if (!least) throw new PolicyFault("data-policy-version names no version: 1 or a later one");
    const policy = read(payload, site, Number(least[0]));
    const { private: isPrivate, queryHosts } = policy;
    return {
      privateMode: isPrivate || "private" in data,
      queryHosts,
      rules: new PolicyRules(document, policy, isWatched),
    };
  } catch (error) {
    const why = error instanceof PolicyFault ? error.message : "it cannot be checked in this browser, or on this page";
    console.warn(`Beside shares nothing: the policy does not count, since ${why}.`);
    say(SAYS[locale]);
    return null;
  }
}

/** The signed bytes, if the key's owner signed them. */
async function verified(content: Uint8Array<ArrayBuffer>, key: string): Promise<Uint8Array<ArrayBuffer>> {
  const at = content.indexOf(LINE_END);
  const head = String.fromCharCode(...content.subarray(0, at > 0 ? Math.min(at, 200) : 0));
  if (!head.startsWith(MARK) || content.length > MAX_BYTES) throw new PolicyFault("it is no signed policy");
  const payload = content.subarray(at + 1);
  const curve = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { subtle } = crypto;
  const point = await subtle.importKey("raw", bytesOf(key), curve, false, ["verify"]).catch(() => {
    throw new PolicyFault("data-policy-key is no key of `beside policy keygen`");
  });
  if (!(await subtle.verify(curve, point, bytesOf(head.slice(MARK.length)), payload)))
    throw new PolicyFault("another key signed it than data-policy-key, or it was changed since");
  return payload;
}

/** What it states. `least`: the lowest version that counts; where it is no number, none does. */
function read(payload: Uint8Array, site: string, least: number): SitePolicy {
  let policy: SitePolicy;
  try {
    policy = decoderOf(isSitePolicy)(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)));
  } catch {
    throw new PolicyFault("it holds an option that this release does not know");
  }
  if (policy.site !== site) throw new PolicyFault(`it is of the site "${policy.site}"`);
  if (!(policy.version >= least)) throw new PolicyFault(`its version is ${policy.version}, below data-policy-version`);
  for (const { name, show, mask, block } of policy.rules) check(`rule "${name}"`, [...show, ...mask, ...block]);
  for (const { name, form } of policy.patterns)
    if (!isForm(form)) throw new PolicyFault(`the pattern "${name}" has a form that this release does not know`);
  check("list of frames", policy.frames);
  check("list of exempt echoes", policy.exemptEchoes);
  return policy;
}

function check(where: string, selectors: readonly string[]): void {
  for (const selector of selectors)
    if (!holdsTogether(selector)) throw new PolicyFault(`the ${where} has a selector that this browser refuses`);
}

/** Base64url as bytes; what is no such thing is no bytes. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
