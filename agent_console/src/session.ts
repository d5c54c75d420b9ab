/** One session as its console knows it: facts, view, offer and what the agent can do. Knows nothing of how it is shown. */
import { batch, computed, signal } from "@preact/signals";
import type {
  ActOutcome,
  AgentPresence,
  ConsoleState,
  DriftAlarm,
  Receipt,
  Refusal,
  SessionView,
  ShareOffer,
} from "@beside/wire/protocol.gen";

import { Acts, type Target } from "./acts.ts";
import { Connection, type Link, type Listener } from "./connection.ts";
import { Trouble, get, post } from "./http.ts";
import { Picture } from "./picture.ts";
import { FULL, maySee } from "./stage.ts";
import { OUTCOME_WORDS, STATE_WORDS } from "./words.ts";

/** A way in for the shopper; `endsAt` in seconds of `performance.now()`, because the agent's clock may be wrong. */
export interface Offer {
  code: string;
  link: string;
  endsAt: number;
}

export const seconds = (): number => performance.now() / 1000;

export class ConsoleSession {
  readonly view;
  readonly offer;
  /** Rules of the shop's policy that found nothing, in the order in which the relay told of them. */
  readonly drift = signal<readonly DriftAlarm[]>([]);
  readonly link = signal<Link>({ kind: "connecting" });
  readonly receipt = signal<Receipt | Trouble | null>(null);
  /** What the last refused message or request said; the agent closes it. */
  readonly complaint = signal<string | null>(null);
  /** The newest sentence for a screen reader. */
  readonly announcement = signal("");
  /** When a running window ends the session; since when the shopper is gone; since when the view lasts, and moved. */
  readonly windowEndsAt = signal<number | null>(null);
  readonly goneSince = signal<number | null>(null);
  readonly movedAt = signal<number | null>(null);
  readonly liveSince = signal<number | null>(null);
  readonly expecting = signal(false);
  readonly picture = new Picture(() => this.#connection?.resync());
  readonly acts = new Acts((act) => this.#connection?.act(act) ?? false);
  /** Whether the shopper allowed pointing and highlighting; and whether there is a live page to point at now. */
  readonly pointGranted = computed(() => this.view.value.grants.includes("point"));
  readonly mayPoint = computed(
    () => this.pointGranted.value && this.view.value.state === "live" && this.link.value.kind === "connected",
  );
  readonly others = computed(() => this.view.value.agents.filter((agent) => agent.id !== this.facts.agent));

  #connection: Connection | null = null;

  /** `facts` as the relay gave them when the page opened. */
  constructor(readonly facts: ConsoleState) {
    this.view = signal<SessionView>(viewBeforeConnecting(facts));
    this.offer = signal<Offer | null>(facts.offer ? offerOf(facts.offer) : null);
    if (facts.consentAgeS !== null) this.liveSince.value = seconds() - facts.consentAgeS;
    if (facts.state === "ended") void this.#loadReceipt();
    this.picture.revision.subscribe(() => (this.expecting.value = false));
  }

  /** Opens the socket (again). Best once the mirror's frame has loaded: frames may come at once. */
  connect(): void {
    if (this.view.peek().state === "ended") return;
    this.#connection?.close();
    this.#connection = new Connection(this.facts.session, this.#listener());
  }

  /** Makes a new share code and link; the old ones stop working. */
  async renewOffer(): Promise<void> {
    this.offer.value = offerOf(await post<ShareOffer>(this.#path("code")));
    this.announcement.value = "There is a new share code.";
  }

  /** The other way round: types the code that the shopper reads out. */
  async claim(code: string): Promise<void> {
    await post(this.#path("claim"), { code: code.replaceAll(/\D/g, "") });
  }

  async end(): Promise<void> {
    await post(this.#path("end"));
  }

  #path(door: string): string {
    return `/s/${this.facts.session}/${door}`;
  }

  #listener(): Listener {
    return {
      link: (link) => {
        this.link.value = link;
        if (link.kind === "closed") {
          // The scene that follows says it.
          this.complaint.value = null;
          this.picture.blank();
          void this.#seeWhetherEnded();
        }
        if (link.kind === "reconnecting" && link.attempt === 2)
          this.announcement.value = link.code === "session-full" ? `${FULL}.` : "Reconnecting to the relay.";
      },
      welcome: (welcome) => {
        this.picture.restart();
        // What moved before this console was there is no news to it.
        this.view.value = { ...this.view.peek(), moves: welcome.view.moves };
        this.#see(welcome.view);
      },
      view: (view) => this.#see(view),
      frame: (frame) => this.picture.plain(frame),
      chunk: (header, bytes) => this.picture.chunk(header, bytes),
      sheet: ({ text }) => this.picture.sheet(text),
      // Whatever the reason: the view that follows says it.
      blank: () => this.#blank(),
      outcome: (outcome) => this.#settle(outcome),
      drift: (alarm) => this.#alarm(alarm),
      refusal: (refusal) => this.#complain(refusal),
    };
  }

  #see(view: SessionView): void {
    // First, and whatever else has come: what took the picture away may have been while the socket was down.
    if (!maySee(view, this.facts.agent)) this.#blank();
    const before = this.view.peek();
    const gone = view.state === "away" || view.state === "lost";
    batch(() => {
      this.view.value = view;
      this.windowEndsAt.value = view.windowS === null ? null : seconds() + view.windowS;
      if (!gone) {
        if (this.goneSince.peek() !== null && view.state === "live") this.expecting.value = true;
        this.goneSince.value = null;
      } else if (this.goneSince.peek() === null) this.goneSince.value = seconds();
      if (view.state === "offered" || view.state === "asking") this.liveSince.value = null;
      else if (this.liveSince.peek() === null && view.state !== "ended") this.liveSince.value = seconds();
      // A code is spent by the first shopper who uses it.
      if (view.state !== "offered") this.offer.value = null;
      // Leaving is mostly a page load, and that is what it looks like at first.
      if (view.moves > before.moves) {
        this.announcement.value = "The shopper goes on in another tab.";
        this.movedAt.value = seconds();
      }
      if (view.shopperHidden !== before.shopperHidden)
        this.announcement.value = view.shopperHidden ? "The shopper is in another tab or app." : "The shopper is back.";
      else if (before.state !== view.state)
        this.announcement.value = view.state === "away" ? "Loading a page." : `${STATE_WORDS[view.state]}.`;
    });
    if (view.state === "ended") this.#finish();
  }

  #blank(): void {
    this.picture.blank();
    this.acts.clear();
    this.expecting.value = false;
  }

  #settle(outcome: ActOutcome): void {
    const highlight = this.acts.settle(outcome);
    if (highlight) this.announcement.value = `${highlight.label}: ${OUTCOME_WORDS[outcome.outcome]}.`;
  }

  /** The relay tells all of them again with each new picture. */
  #alarm(alarm: DriftAlarm): void {
    if (this.drift.peek().some(({ rule, kind }) => rule === alarm.rule && kind === alarm.kind)) return;
    this.drift.value = [...this.drift.peek(), alarm];
    this.announcement.value = "The shop’s page may have changed: a rule of its privacy policy found nothing.";
  }

  #complain(refusal: Refusal): void {
    this.complaint.value = refusal.message;
  }

  /** A session that ended while the socket was down is no longer connected to, and told by its state alone. */
  async #seeWhetherEnded(): Promise<void> {
    const facts = await get<ConsoleState>(this.#path("state")).catch(() => null);
    if (facts?.state === "ended") this.#see({ ...this.view.peek(), state: "ended" });
  }

  #finish(): void {
    this.picture.dispose();
    this.acts.clear();
    this.#connection?.close();
    this.#connection = null;
    if (this.receipt.peek() === null) void this.#loadReceipt();
  }

  /** Loads the receipt; a failure is shown with a way to try again. */
  async #loadReceipt(): Promise<void> {
    try {
      this.receipt.value = await get<Receipt>(this.#path("receipt"));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.receipt.value = error;
    }
  }

  retryReceipt(): void {
    this.receipt.value = null;
    void this.#loadReceipt();
  }

  /** Highlights what was chosen, with an optional short message; false where it could not leave. */
  highlight({ epoch, node }: Target, message: string): boolean {
    const label = this.picture.nameOf(node);
    const sent = epoch === this.picture.epoch.peek() && this.acts.highlight({ epoch, node, label }, message);
    if (!sent)
      this.complaint.value = "The highlight was not sent: there is no live picture now. Try again in a moment.";
    return sent;
  }
}

function offerOf(offer: ShareOffer): Offer {
  return { code: offer.code, link: offer.link, endsAt: seconds() + offer.expiresInS };
}

/** What can be shown before the socket's welcome tells the rest. */
function viewBeforeConnecting(facts: ConsoleState): SessionView {
  const me: AgentPresence = { id: facts.agent, name: facts.agentName, admission: "admitted", connected: false };
  return {
    state: facts.state,
    pauseReason: null,
    endReason: null,
    grants: [],
    agents: [me],
    shopperConnected: false,
    shopperHidden: false,
    moves: 0,
    windowS: null,
    words: facts.words,
    wordsTranslated: facts.wordsTranslated,
    offerOutcome: null,
  };
}
