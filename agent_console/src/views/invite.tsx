/** Before the view: the share code and link to give to the shopper, or the shopper's own code to type in. */
import { useState } from "preact/hooks";

import { Trouble } from "../http.ts";
import type { ConsoleSession, Offer } from "../session.ts";
import { clockOf, spacedCode } from "../words.ts";
import { CopyButton } from "./copy_button.tsx";
import { ClockIcon, RefreshIcon, WarnIcon } from "./icons.tsx";
import { useNow } from "./now.ts";

export function Invite({ session }: { session: ConsoleSession }) {
  const [way, setWay] = useState<"give" | "take">("give");
  return (
    <div class="scene">
      <section class="card invite" aria-labelledby="invite-title">
        <h2 id="invite-title">Invite the shopper</h2>
        <LastOutcome session={session} />
        {way === "give" ? <GiveCode session={session} /> : <TakeCode session={session} />}
        <p class="card-foot">
          <button type="button" class="link" onClick={() => setWay(way === "give" ? "take" : "give")}>
            {way === "give" ? "The shopper has a code" : "Show my share code"}
          </button>
        </p>
      </section>
    </div>
  );
}

function LastOutcome({ session }: { session: ConsoleSession }) {
  const outcome = session.view.value.offerOutcome;
  if (outcome === null) return null;
  return (
    <p class="banner warn" role="status">
      <WarnIcon />
      {outcome === "declined"
        ? "The shopper declined. Nothing of their page was sent. Talk to them, then make a new code."
        : "The shopper did not answer in time. Nothing of their page was sent. Make a new code to ask again."}
    </p>
  );
}

function GiveCode({ session }: { session: ConsoleSession }) {
  const offer = session.offer.value;
  const now = useNow(offer !== null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const renew = async () => {
    setBusy(true);
    setProblem("");
    try {
      await session.renewOffer();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  const expired = offer !== null && now >= offer.endsAt;
  return (
    <>
      {offer && !expired ? (
        <LiveOffer offer={offer} shopUrl={session.facts.shopUrl} now={now} />
      ) : (
        <NoOffer expired={expired} />
      )}
      <div class="row">
        {offer && !expired ? <CopyButton text={spacedCode(offer.code)} label="Copy code" primary /> : null}
        <button
          type="button"
          class={offer && !expired ? "button" : "button primary"}
          disabled={busy}
          onClick={() => void renew()}
        >
          <RefreshIcon />
          New code
        </button>
      </div>
      {problem ? <Problem words={problem} /> : null}
      {offer && !expired ? <ShopperLink link={offer.link} /> : null}
    </>
  );
}

function LiveOffer(props: { offer: Offer; shopUrl: string; now: number }) {
  const left = props.offer.endsAt - props.now;
  return (
    <>
      <p class="lead">
        Ask the shopper to open <strong>Get help</strong> on {hostOf(props.shopUrl)} and type this code:
      </p>
      <p class="code" aria-hidden="true">
        {spacedCode(props.offer.code)}
      </p>
      {/* Digit by digit: as one number it would be read as four hundred thousand. */}
      <p class="visually-hidden">{[...props.offer.code.replaceAll(/\D/g, "")].join(" ")}</p>
      <p class="hint countdown">
        <ClockIcon /> Works for {clockOf(left)}, once
      </p>
    </>
  );
}

function NoOffer({ expired }: { expired: boolean }) {
  return (
    <p class="lead">
      {expired ? "The share code has expired." : "There is no share code now."} Make a new one for the shopper.
    </p>
  );
}

function ShopperLink({ link }: { link: string }) {
  return (
    <div class="field-block">
      <label for="shopper-link">Or send them this link. It opens the shop and asks for their consent.</label>
      <div class="joined">
        <input id="shopper-link" type="text" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton text={link} label="Copy link" />
      </div>
    </div>
  );
}

/** The other way round: the shopper asked for a code and reads it out. */
function TakeCode({ session }: { session: ConsoleSession }) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<{ words: string; until: number } | null>(null);
  const [busy, setBusy] = useState(false);
  const now = useNow(problem !== null && problem.until > 0);
  const wait = problem ? Math.ceil(problem.until - now) : 0;
  // "Try again in 14 s" is no longer true after them.
  const shown = problem && (problem.until === 0 || wait > 0) ? problem.words : "";
  const digits = code.replaceAll(/\D/g, "");
  const claim = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await session.claim(digits);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      setProblem({ words: error.message, until: error.retryAfterS ? performance.now() / 1000 + error.retryAfterS : 0 });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void claim(event)}>
      <p class="lead">The shopper can ask for a code under “Get help” and read it out to you.</p>
      <div class="field-block">
        <label for="shopper-code">Code from the shopper</label>
        <input
          id="shopper-code"
          class="code-input"
          type="text"
          inputMode="numeric"
          autoComplete="off"
          maxLength={16}
          value={spacedCode(code)}
          aria-invalid={shown !== ""}
          aria-describedby={shown ? "claim-problem" : undefined}
          onInput={(event) => setCode(event.currentTarget.value)}
          autoFocus
        />
      </div>
      {shown ? <Problem id="claim-problem" words={shown} /> : null}
      <button type="submit" class="button primary" disabled={busy || digits.length < 6 || wait > 0}>
        {busy ? "Checking…" : wait > 0 ? `Connect (in ${clockOf(wait)})` : "Connect"}
      </button>
    </form>
  );
}

function Problem(props: { words: string; id?: string }) {
  return (
    <p class="banner bad" role="alert" id={props.id}>
      <WarnIcon />
      {props.words}
    </p>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "the shop's page";
  }
}
