/** Asks the relay over HTTP before any socket is open: redeem a code, ask for one, answer the consent, stop. */

import type { KeptView } from "./tokens_kept.ts";
import type { Check } from "./wire/decode.ts";
import { stringify } from "./wire/json.ts";
import {
  type Allowed,
  type AskedCode,
  type ConsentOffer,
  type Grant,
  isAllowed,
  isAskedCode,
  isConsentOffer,
  isHandedOver,
  isProblem,
  isTakenOver,
  isWaiting,
  PROTOCOL_VERSION,
  type Waiting,
  type Work,
} from "./wire/protocol.gen.ts";

/** The relay said no, or could not be asked (`unreachable`, or `blocked` by the page's own policy). */
export class JoinRefused extends Error {
  constructor(
    readonly code: string,
    readonly retryAfterS: number | null = null,
  ) {
    super(code);
  }
}

/** Version of the consent's text, for the receipt: raised whenever what it says changes, in any language. */
export const CONSENT_TEXT_VERSION = "1";

export interface Join {
  /** @param isOther an answer that the caller knows as well. */
  redeem<T = never>(
    way: { code: string; work: Work | null } | { secret: string },
    isOther?: Check<T>,
  ): Promise<ConsentOffer | T>;
  ask(signal: AbortSignal): Promise<AskedCode>;
  /** Until an agent has typed the asked code. */
  wait(token: string, signal: AbortSignal): Promise<ConsentOffer>;
  /** Makes an asked code void; also while the page goes away. */
  cancel(token: string): void;
  answer(token: string, grants: Grant[]): Promise<Allowed>;
  /** A secret with which the shopper's page at the origin `target` takes the view over. */
  handOver(token: string, target: string): Promise<string>;
  /**
   * The view, and who will see the page, by name.
   *
   * @param source the origin of the page that asked for the secret.
   */
  takeOver(secret: string, source: string): Promise<{ view: KeptView; agents: string[] }>;
  /** Ends the view where no socket is open, as soon as the relay takes it (16 s); also while the page goes away, once. */
  stop(token: string): void;
}

const isOfferOrWaiting = (answer: unknown): answer is ConsentOffer | Waiting =>
  isConsentOffer(answer) || isWaiting(answer);

export function joinAt(relay: string, site: string, locale: string): Join {
  const about = { site, protocol: PROTOCOL_VERSION, locale };

  function send(path: string, body: object, options: RequestInit = {}): Promise<Response> {
    return fetch(`${relay}/join/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: stringify(body),
      credentials: "omit",
      cache: "no-store",
      // The page's address is none of the relay's business yet; that its origin may ask, the Origin header tells.
      referrerPolicy: "no-referrer",
      ...options,
    });
  }

  async function post<T>(path: string, body: object, check: Check<T>, signal?: AbortSignal): Promise<T> {
    let answer: Response;
    let content: unknown;
    let blocked = false;
    const onViolation = ({ blockedURI }: SecurityPolicyViolationEvent): void => {
      blocked ||= blockedURI.startsWith(relay);
    };
    document.addEventListener("securitypolicyviolation", onViolation);
    try {
      answer = await send(path, body, signal ? { signal } : {});
      content = await answer.json();
    } catch {
      // The browser reports a violation in a task of its own, after the failed request.
      await new Promise((reported) => setTimeout(reported, 50));
      throw new JoinRefused(signal?.aborted ? "cancelled" : blocked ? "blocked" : "unreachable");
    } finally {
      document.removeEventListener("securitypolicyviolation", onViolation);
    }
    if (answer.ok && check(content)) return content;
    if (!answer.ok && isProblem(content)) throw new JoinRefused(content.code, content.retryAfterS);
    // A relay of another version, or a proxy's error page.
    throw new JoinRefused(answer.ok ? "wrong-protocol" : "unreachable");
  }

  async function stop(token: string): Promise<void> {
    for (let waitMs = 250; waitMs < 9_000; waitMs *= 2) {
      const { status } = await send("stop", { token }, { keepalive: true }).catch(() => ({ status: 503 }));
      // A session that moves between workers is in conflict for a moment.
      if (status < 500 && status !== 409) return;
      await new Promise((over) => setTimeout(over, waitMs));
    }
  }

  return {
    redeem: <T>(way: object, isOther?: Check<T>) =>
      post(
        "redeem",
        { ...about, code: null, secret: null, work: null, ...way },
        (answer): answer is ConsentOffer | T => isConsentOffer(answer) || !!isOther?.(answer),
      ),
    ask: (signal) => post("ask", about, isAskedCode, signal),
    async wait(token, signal) {
      for (;;) {
        const answer = await post("wait", { token }, isOfferOrWaiting, signal);
        if ("token" in answer) return answer;
      }
    },
    answer: (token, grants) => post("answer", { token, grants, locale, textVersion: CONSENT_TEXT_VERSION }, isAllowed),
    handOver: (token, target) => post("hand-over", { token, target }, isHandedOver).then(({ secret }) => secret),
    async takeOver(secret, source) {
      const spent = { site, protocol: PROTOCOL_VERSION, secret, source };
      const { session, token, ageS, agents } = await post("take-over", spent, isTakenOver);
      return { view: { session, token, since: Date.now() - ageS * 1000 }, agents };
    },
    // Nothing to do about a failure of either: a code expires, the relay ends the view by its own window, and nothing more
    // leaves the page.
    cancel: (token) => void send("cancel", { token }, { keepalive: true }).catch(() => {}),
    stop: (token) => void stop(token),
  };
}
