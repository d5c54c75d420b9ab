// Generated from server/beside/protocol.py and bodies.py by `make protocol`. Do not edit.

import { anyOf, flag, list, map, number, oneOf, orNull, record, tagged, text, tuple, whole } from "./decode.ts";

export const PROTOCOL_VERSION = 1;
export const MAX_HINT_CHARS = 140;
export const MAX_NODES = 200000;
export const MAX_SHOWN_FRAMES = 50;

export type Verdict = "block" | "mask" | "show";
export type Reason = "default-control" | "floor-autocomplete" | "floor-name" | "floor-sticky" | "floor-type" | "looks-personal" | "page-text" | "payment-frame" | "site-block" | "site-mask" | "site-pattern" | "site-show" | "tripwire";
export type FieldKind = "button" | "checkbox" | "date" | "file" | "frame" | "number" | "radio" | "range" | "rich-text" | "select" | "text";
export type Validity = "malformed" | "missing" | "range" | "type" | "valid";
export type Grant = "control" | "point" | "view";
export type SessionState = "asking" | "away" | "ended" | "live" | "lost" | "offered" | "paused";
export type PauseReason = "bar-hidden" | "no-agent" | "policy" | "shopper";
export type EndReason = "agent-ended" | "away-window" | "erased" | "idle" | "max-length" | "opened-elsewhere" | "resume-window" | "shopper-stopped";
export type RuleKind = "block" | "mask" | "show";

/** An act as the shopper's page receives it: with the participant it comes from. */
export interface ActDelivery {
  agent: string;
  act: Highlight | Dismiss | AgentPointer;
}

/** What became of a highlight on the shopper's page. `label`: of one that is shown, what its element is called. */
export interface ActOutcome {
  act: string;
  outcome: "dismissed" | "expired" | "gone" | "refused" | "shown" | "stale";
  label: string;
}

/** The shopper's answer to a further agent who asks to join. */
export interface Admission {
  agent: string;
  admitted: boolean;
}

/** The adopted style sheets of a document or shadow root, in order. */
export type AdoptedChange = [tag: "adopted", root: number, sheets: (string | KeptCss | NamedCss)[]];

/** The agent's pointer in the shopper's layout viewport; both null: it left. */
export type AgentPointer = [tag: "pointer", x: number | null, y: number | null];

/** One agent who watches, or waits for the shopper to let them. */
export interface AgentPresence {
  id: string;
  name: string;
  admission: "admitted" | "refused" | "waiting";
  connected: boolean;
}

export interface AgentWelcome {
  protocol: number;
  session: string;
  agent: string;
  nextToken: string;
  view: SessionView;
}

/** The same `AttributesChange` of several nodes. `nodes`: the first one's id, then how far each is from the last. */
export type AlikeChange = [tag: "alike", nodes: number[], attributes: Record<string, string | null>];

/** What became of a picture that was offered or sent: send its bytes, name it in frames, or do without. */
export interface AssetAnswer {
  hash: string;
  state: "kept" | "refused" | "wanted";
}

/** What a picture shows that the site marks: content that was uploaded under this hash; null: none is here. */
export type AssetChange = [tag: "asset", node: number, hash: string | null];

/** A picture by the hash of its bytes: offered by itself, sent with its bytes as the attachment. */
export interface AssetName {
  hash: string;
}

/** Attributes as they are now; null where one is gone. */
export type AttributesChange = [tag: "attributes", node: number, attributes: Record<string, string | null>];

/** What a canvas shows, in the place of its box: a data URL; null: the bare box again. */
export type BitmapChange = [tag: "bitmap", node: number, data: string | null];

/** Drop the picture now. Sent before anything else whenever what the relay held was deleted. */
export interface Blank {
  reason: "ended" | "paused" | "policy" | "revoked" | "tripwire";
}

/** What cannot or must not be shown, as a labelled box of its size in CSS px; rounded up to 8 where text decides it. `style` says by CSS declarations where it stands: margins, float, position and the like. */
export type BoxEntry = [tag: "bx", kind: "blocked" | "canvas" | "closed" | "frame" | "media", label: string, width: number, height: number, style: string];

/** A splice of one parent's child list against the list last sent: `removed` nodes from `index` on make way. */
export type ChildrenChange = [tag: "children", parent: number, index: number, removed: number, entries: (ElementEntry | SvgEntry | MathEntry | ShadowRootEntry | FrameEntry | DocumentEntry | TextEntry | MaskedTextEntry | DoctypeEntry | BoxEntry | MovedEntry)[]];

/** Announces one binary chunk of a frame too large to travel as text: raw DEFLATE (RFC 1951) of its UTF-8 JSON. `index` counts from 0 to `count` - 1; `rawBytes` is the length of the whole frame after inflating. */
export interface ChunkHeader {
  epoch: number;
  seq: number;
  index: number;
  count: number;
  rawBytes: number;
}

export type Dismiss = [tag: "dismiss", act: string];

export type DoctypeEntry = [tag: "dt", name: string];

/** The document of a frame: the only child of its frame's entry. Its own children are a doctype and a root. */
export type DocumentEntry = [tag: "doc", quirks: boolean, children: number];

/** From a shopper's page: which rules that name it have found nothing so far. Empty: each has found something. An alarm is raised by the relay, once the page's life is over: what comes with a later step is no drift. */
export interface Drift {
  version: number;
  rules: IdleRule[];
}

/** To agents: a rule found nothing during the whole life of a page that it names. `path`: that page's, with `:id` where frames have it. `name`: the rule's own, null where the relay serves no policy of this version. */
export interface DriftAlarm {
  version: number;
  rule: number;
  kind: "block" | "mask" | "show";
  name: string | null;
  path: string;
}

/** An HTML element. */
export type ElementEntry = [tag: "el", name: string, attributes: Record<string, string>, children: number];

/** One form control. `status` is null until a masked field first settles; `content` is null unless shown. */
export interface Field {
  kind: "button" | "checkbox" | "date" | "file" | "frame" | "number" | "radio" | "range" | "rich-text" | "select" | "text";
  label: string;
  purpose: string | null;
  verdict: "block" | "mask" | "show";
  reason: "default-control" | "floor-autocomplete" | "floor-name" | "floor-sticky" | "floor-type" | "looks-personal" | "page-text" | "payment-frame" | "site-block" | "site-mask" | "site-pattern" | "site-show" | "tripwire";
  required: boolean;
  disabled: boolean;
  status: FieldStatus | null;
  content: FieldContent | null;
}

/** A form control's verdict and state; null where the node is a control no longer. */
export type FieldChange = [tag: "field", node: number, field: Field | null];

/** What a shown field holds. `text` is the value, or the labels of the chosen options, a line each. `checked` is null for what is no box or radio, and for a box that is neither checked nor not (`indeterminate`). */
export interface FieldContent {
  text: string;
  checked: boolean | null;
}

/** What a settled masked field tells instead of its value. Of a payment frame (kind "frame"), what its provider's script says of it by class on the element that holds it. */
export interface FieldStatus {
  filled: boolean;
  validity: "malformed" | "missing" | "range" | "type" | "valid";
}

/** The same field of several controls. `nodes`: as those of an `AlikeChange`. */
export type FieldsChange = [tag: "fields", nodes: number[], field: Field];

export type FocusChange = [tag: "focus", node: number | null];

/** An `<iframe>` that the site shows. Its one child is the entry of its document, which comes and goes with it. */
export type FrameEntry = [tag: "fr", attributes: Record<string, string>, children: number];

/** Socket.IO `auth` of a connect, for either participant: the token says whose it is. */
export interface Hello {
  protocol: number;
  version: string;
  token: string;
}

/** Put a ring around a node of `epoch`, with a short message. `act` is the agent's own name for it. */
export type Highlight = [tag: "highlight", act: string, epoch: number, node: number, message: string | null];

/** The selectors of one kind of one rule, by its place in the policy: never a selector, nor what it finds. */
export interface IdleRule {
  rule: number;
  kind: "block" | "mask" | "show";
}

/** A sheet's text that relay and consoles keep for the session, under its hash: from now on it is named. */
export type KeptCss = [tag: "keep", text: string];

/** A snapshot: it opens a new epoch (greater than the last) at seq 0. `entries` are the document's children. */
export type Keyframe = [tag: "keyframe", epoch: number, seq: number, page: Page, entries: (ElementEntry | SvgEntry | MathEntry | ShadowRootEntry | FrameEntry | DocumentEntry | TextEntry | MaskedTextEntry | DoctypeEntry | BoxEntry | MovedEntry)[], changes: (ChildrenChange | AttributesChange | AlikeChange | TextChange | TextsChange | SheetChange | RulesChange | AdoptedChange | FieldChange | FieldsChange | LabelChange | StatusChange | ScrollChange | ViewportChange | FocusChange | PointerChange | StateChange | MediaChange | LayerChange | BitmapChange | AssetChange | PageChange)[]];

/** Send a keyframe. It may name these texts of style sheets, and no others: what else was sent did not arrive. */
export interface KeyframeWanted {
  sheets: string[];
}

/** The new label of a control that shows no content, and of which at most the status changed besides. */
export type LabelChange = [tag: "label", node: number, label: string];

/** An element enters the top layer, or leaves it (null). */
export type LayerChange = [tag: "layer", node: number, layer: "fullscreen" | "modal" | "popover" | null];

/** A text node whose content the policy masks: it has one shape, so nothing of it travels. */
export type MaskedTextEntry = [tag: "mt"];

export type MathEntry = [tag: "math", name: string, attributes: Record<string, string>, children: number];

/** Media features ("prefers-color-scheme: dark") that match on the shopper's screen, and its device pixel ratio. "color-scheme: dark" among them: the page asks for that by its `<meta>`. */
export type MediaChange = [tag: "media", features: string[], pixel_ratio: number];

/** A node that the mirror knows already and that stands here now. It takes no new id and keeps its own subtree. */
export type MovedEntry = [tag: "at", node: number];

/** The masked change set of one animation frame: seq is the last frame's + 1; `first` is the next new node's id. */
export type Mutation = [tag: "mutation", epoch: number, seq: number, first: number, changes: (ChildrenChange | AttributesChange | AlikeChange | TextChange | TextsChange | SheetChange | RulesChange | AdoptedChange | FieldChange | FieldsChange | LabelChange | StatusChange | ScrollChange | ViewportChange | FocusChange | PointerChange | StateChange | MediaChange | LayerChange | BitmapChange | AssetChange | PageChange)[]];

/** A text that was sent to be kept, by its hash (`sheets.hash_of`). */
export type NamedCss = [tag: "named", hash: string];

/** Where the shopper is. `path` is already reduced: `:id` stands for segments that could name somebody. */
export interface Page {
  origin: string;
  path: string;
  quirks: boolean;
}

export type PageChange = [tag: "page", page: Page];

export interface Pause {
  reason: "bar-hidden" | "no-agent" | "policy" | "shopper";
}

/** The shopper's pointer in the layout viewport; both null when it left. Not sent over masked fields. */
export type PointerChange = [tag: "pointer", x: number | null, y: number | null];

/** What these selectors find is shown, masked or blocked on pages of these paths; `pages` null: on all. `*` in a pattern is a segment or a part of one, `**` is anything. `name` is what logs and alarms call it. */
export interface PolicyRule {
  name: string;
  pages: string[] | null;
  show: string[];
  mask: string[];
  block: string[];
}

export interface Rating {
  stars: number;
}

/** A message was refused: `code` is stable, `message` says what happened and what to do. */
export interface Refusal {
  code: string;
  message: string;
}

/** CSS that follows the text last sent of this very owner's sheet: libraries write rules one behind the other. */
export type RulesChange = [tag: "rules", owner: number, css: string];

/** Scroll offsets of an element; of the window where `node` is the document (1). */
export type ScrollChange = [tag: "scroll", node: number, x: number, y: number];

/** A session as both participants see it; sent on every change of it. */
export interface SessionView {
  state: "asking" | "away" | "ended" | "live" | "lost" | "offered" | "paused";
  pauseReason: "bar-hidden" | "no-agent" | "policy" | "shopper" | null;
  endReason: "agent-ended" | "away-window" | "erased" | "idle" | "max-length" | "opened-elsewhere" | "resume-window" | "shopper-stopped" | null;
  grants: ("control" | "point" | "view")[];
  agents: AgentPresence[];
  shopperConnected: boolean;
  shopperHidden: boolean;
  moves: number;
  windowS: number | null;
  words: string[] | null;
  wordsTranslated: string[] | null;
  offerOutcome: "declined" | "lapsed" | null;
}

/** An open shadow root: always the first child entry of its host, and counted among the host's children. */
export type ShadowRootEntry = [tag: "sr", children: number];

/** The style sheet of a `<style>` or `<link>`. `css` null: unreadable, load `href`; both null: no sheet. */
export type SheetChange = [tag: "sheet", owner: number, css: string | KeptCss | NamedCss | null, href: string | null, media: string, disabled: boolean];

/** To an agent, before a frame that names it: a text that was sent to be kept before they came. */
export interface SheetText {
  text: string;
}

/** First message to a connected shopper. `epoch` is the one to use for the first keyframe. `next_token` goes into `sessionStorage` in place of the one just spent. `sheets` need not be sent again. `origins`: the site's others, to which the view can be handed over. `echo_key` is for the fingerprints by which a page knows what was typed on the pages before; it is the session's own, and the page keeps it in memory alone. */
export interface ShopperWelcome {
  protocol: number;
  session: string;
  nextToken: string;
  epoch: number;
  sheets: string[];
  origins: string[];
  echoKey: string;
  view: SessionView;
}

/** A number of the site's own, such as a customer's: text that holds one is masked, and withheld by the relay. `form`: how it is written (`beside.policy.forms`). `name` is what messages and the audit call it. */
export interface SitePattern {
  name: string;
  form: string;
}

/** `pause`: paths that are not shared at all. `private`: all text is masked but what is shown by a rule or a mark. `query_hosts`: whose asset addresses keep their query. `frames`: same-origin frames whose document is shown. `exempt_echoes`: masked fields (search, quantity) whose values the page may repeat; never those of the floor. `patterns`: numbers of the site's own, which nothing shows. */
export interface SitePolicy {
  site: string;
  version: number;
  private: boolean;
  rules: PolicyRule[];
  pause: string[];
  queryHosts: string[];
  frames: string[];
  exemptEchoes: string[];
  patterns: SitePattern[];
}

/** The element that a pseudo-class matches now, with those around it; null: none. Not sent where it is masked. */
export type StateChange = [tag: "state", state: "active" | "focus-visible" | "hover" | "target", node: number | null];

/** The new status of a masked control of which at most the label changed besides. */
export type StatusChange = [tag: "status", node: number, status: FieldStatus];

export type SvgEntry = [tag: "svg", name: string, attributes: Record<string, string>, children: number];

/** Text as it is now; null where it is masked. */
export type TextChange = [tag: "text", node: number, text: string | null];

export type TextEntry = [tag: "tx", text: string];

/** The texts of several nodes, in the order in which they would stand as a `TextChange` each. */
export type TextsChange = [tag: "texts", texts: ([number, string | null])[]];

/** A frame was withheld for what looks like a payment number: make a box of this node's element and go on. */
export interface Tripped {
  epoch: number;
  node: number;
}

/** Layout viewport in CSS px without scroll bars; the visual viewport's scale (pinch zoom), and where in the layout viewport its corner lies. */
export type ViewportChange = [tag: "viewport", width: number, height: number, scale: number, x: number, y: number];

/** Whether the shopper looks at the page. Said when it changes, and after a welcome where it is hidden. */
export interface Visibility {
  hidden: boolean;
}

/** `token` is null on a decline. */
export interface Allowed {
  session: string;
  token: string | null;
}

/** The other way round: the shopper asks for a code to read out. */
export interface AskCode {
  site: string;
  protocol: number;
  locale: string;
}

export interface AskedCode {
  code: string;
  token: string;
  expiresInS: number;
}

/** The shopper gave up waiting: the code that they asked for is void from now on. */
export interface CancelAsk {
  token: string;
}

/** The other way round: the agent types the code that the shopper reads out. */
export interface ClaimCode {
  code: string;
}

/** The shopper's answer. `grants` is empty on a decline; else it holds `view` and what else was ticked. */
export interface ConsentAnswer {
  token: string;
  grants: ("control" | "point" | "view")[];
  locale: string;
  textVersion: string;
}

/** What the shopper is asked to allow. `token` answers it; `words` are shown on both sides. */
export interface ConsentOffer {
  token: string;
  session: string;
  agentName: string;
  shopName: string;
  words: string[];
  expiresInS: number;
}

/** All that a console needs to open. */
export interface ConsoleState {
  session: string;
  siteName: string;
  ticket: string;
  subject: string;
  agentName: string;
  agent: string;
  state: "asking" | "away" | "ended" | "live" | "lost" | "offered" | "paused";
  consentAgeS: number | null;
  shopUrl: string;
  offer: ShareOffer | null;
  words: string[] | null;
  wordsTranslated: string[] | null;
  assetOrigins: string[];
}

export interface CreateSession {
  ticket: string;
  subject: string;
  agentName: string;
  locale: string | null;
}

export interface CreatedSession {
  session: string;
  code: string;
  codeExpiresInS: number;
  consoleLink: string;
  shopperLink: string;
}

/** A page asks for a secret with which another of the shopper's pages, at `target`, takes the view over. */
export interface HandOver {
  token: string;
  target: string;
}

export interface HandedOver {
  secret: string;
  expiresInS: number;
}

/** What a launch link opens, shown before it is spent. */
export interface LaunchPreview {
  siteName: string;
  ticket: string;
  subject: string;
  agentName: string;
}

export interface LaunchToken {
  token: string;
}

/** A spent launch link: where the console is. The cookie came with the answer. */
export interface Launched {
  session: string;
  location: string;
}

/** The body of every answer that is not 2xx: a stable code, a sentence, and where it matters when to try again. */
export interface Problem {
  code: string;
  message: string;
  retryAfterS: number | null;
}

/** What happened in a session. Times are RFC 3339 in UTC. */
export interface Receipt {
  session: string;
  site: string;
  ticket: string;
  subject: string;
  createdAt: string;
  consentAt: string | null;
  endedAt: string | null;
  endReason: "agent-ended" | "away-window" | "erased" | "idle" | "max-length" | "opened-elsewhere" | "resume-window" | "shopper-stopped" | null;
  agents: ReceiptPerson[];
  grants: ("control" | "point" | "view")[];
  consentLocale: string;
  consentTextVersion: string;
  pages: ReceiptPage[];
  highlights: ReceiptHighlight[];
  pauses: ReceiptPause[];
  fieldsMasked: number;
  rating: number | null;
  snippetVersion: string;
  policyVersion: number;
}

/** `label` is the field's label as the policy showed it to the agent, or empty. */
export interface ReceiptHighlight {
  agentName: string;
  label: string;
  message: string;
  at: string;
  outcome: string;
}

export interface ReceiptPage {
  path: string;
  at: string;
}

export interface ReceiptPause {
  reason: "bar-hidden" | "no-agent" | "policy" | "shopper";
  at: string;
  endedAt: string | null;
}

export interface ReceiptPerson {
  name: string;
  joinedAt: string;
  leftAt: string | null;
}

/** The shopper's way in: a share code, or the one-use secret of a shopper link; exactly one of them. `work`: with a code, where it was asked for. */
export interface RedeemCode {
  site: string;
  protocol: number;
  locale: string;
  code: string | null;
  secret: string | null;
  work: Work | null;
}

/** `GET /api/sessions/{id}`. */
export interface SessionReport {
  session: string;
  state: "asking" | "away" | "ended" | "live" | "lost" | "offered" | "paused";
  receipt: Receipt;
}

/** A way in for the shopper. `code` is shown as `123 456`. */
export interface ShareOffer {
  code: string;
  link: string;
  expiresInS: number;
}

/** A participant token for one Socket.IO connect. */
export interface SocketPass {
  token: string;
  protocol: number;
}

/** Ends the view where no socket is open any more. */
export interface StopView {
  token: string;
}

/** `source`: the origin of the page that the shopper came from, as their browser tells it. */
export interface TakeOver {
  site: string;
  protocol: number;
  secret: string;
  source: string;
}

/** The view goes on at the page that asked: `token` opens its socket. `age_s`: since the shopper allowed it. `agents`: who will see the page, by name. At another origin the shopper is asked first. */
export interface TakenOver {
  session: string;
  token: string;
  ageS: number;
  agents: string[];
}

/** Waits (up to 20 s an answer) until an agent has typed the asked code. */
export interface WaitClaim {
  token: string;
}

/** No agent has typed the code yet: ask again. */
export interface Waiting {
  waiting: true;
}

/** The body of a webhook: `id` is the same on every retry, so that a receiver can drop repeats. */
export interface WebhookDelivery {
  id: string;
  kind: "session.ended";
  receipt: Receipt;
}

/** The proof that a `WorkWanted` asked for (work.py). */
export interface Work {
  challenge: string;
  nonce: number;
}

/** Many wrong codes are typed at this site: send the code again, with a proof of work (work.py). */
export interface WorkWanted {
  challenge: string;
  rounds: number;
}

export type Entry = ElementEntry | SvgEntry | MathEntry | ShadowRootEntry | FrameEntry | DocumentEntry | TextEntry | MaskedTextEntry | DoctypeEntry | BoxEntry | MovedEntry;
export type Css = string | KeptCss | NamedCss;
export type Change = ChildrenChange | AttributesChange | AlikeChange | TextChange | TextsChange | SheetChange | RulesChange | AdoptedChange | FieldChange | FieldsChange | LabelChange | StatusChange | ScrollChange | ViewportChange | FocusChange | PointerChange | StateChange | MediaChange | LayerChange | BitmapChange | AssetChange | PageChange;
export type Frame = Keyframe | Mutation;
export type Act = Highlight | Dismiss | AgentPointer;

const NAME = /^[A-Za-z0-9_-]+(?!\n)$/u;
const LOCALE = /^[A-Za-z0-9-]+(?!\n)$/u;
const DIGITS = /^[0-9 ]+(?!\n)$/u;
const HASH = /^[0-9a-f]{16}(?!\n)$/u;
const SHA256 = /^[0-9a-f]{64}(?!\n)$/u;
const SITE = /^(?:[a-z0-9][a-z0-9-]{0,38}[a-z0-9]|[a-z0-9])(?!\n)$/u;
const PATHS = /^\/[^?#\x00-\x20]*(?!\n)$/u;
const HOST = /^[a-z0-9.-]+(?::[0-9]{1,5})?(?!\n)$/u;
const BITMAP = /^data:image\/(?:webp|png|jpeg);base64,[A-Za-z0-9+\/]+={0,2}(?!\n)$/u;
export const isAgentPointer = /* @__PURE__ */ (() => tuple<AgentPointer>(oneOf("pointer"), orNull(number(-67108864, 67108864)), orNull(number(-67108864, 67108864))))();
export const isDismiss = /* @__PURE__ */ (() => tuple<Dismiss>(oneOf("dismiss"), text(64, 1, NAME)))();
export const isHighlight = /* @__PURE__ */ (() => tuple<Highlight>(oneOf("highlight"), text(64, 1, NAME), whole(1), whole(1), orNull(text(140))))();
export const isActDelivery = /* @__PURE__ */ (() => record<ActDelivery>({ agent: text(64, 1, NAME), act: anyOf(isHighlight, isDismiss, isAgentPointer) }))();
export const isActOutcome = /* @__PURE__ */ (() => record<ActOutcome>({ act: text(64, 1, NAME), outcome: oneOf("dismissed", "expired", "gone", "refused", "shown", "stale"), label: text(300) }))();
export const isAdmission = /* @__PURE__ */ (() => record<Admission>({ agent: text(64, 1, NAME), admitted: flag }))();
export const isKeptCss = /* @__PURE__ */ (() => tuple<KeptCss>(oneOf("keep"), text(6000000)))();
export const isNamedCss = /* @__PURE__ */ (() => tuple<NamedCss>(oneOf("named"), text(undefined, undefined, HASH)))();
export const isAdoptedChange = /* @__PURE__ */ (() => tuple<AdoptedChange>(oneOf("adopted"), whole(1), list(anyOf(text(6000000), isKeptCss, isNamedCss), undefined, 500)))();
export const isAgentPresence = /* @__PURE__ */ (() => record<AgentPresence>({ id: text(64, 1, NAME), name: text(300), admission: oneOf("admitted", "refused", "waiting"), connected: flag }))();
export const isSessionView = /* @__PURE__ */ (() => record<SessionView>({ state: oneOf("asking", "away", "ended", "live", "lost", "offered", "paused"), pauseReason: oneOf("bar-hidden", "no-agent", "policy", "shopper", null), endReason: oneOf("agent-ended", "away-window", "erased", "idle", "max-length", "opened-elsewhere", "resume-window", "shopper-stopped", null), grants: list(oneOf("control", "point", "view")), agents: list(isAgentPresence), shopperConnected: flag, shopperHidden: flag, moves: whole(0), windowS: orNull(number()), words: orNull(list(text(300))), wordsTranslated: orNull(list(text(300))), offerOutcome: oneOf("declined", "lapsed", null) }))();
export const isAgentWelcome = /* @__PURE__ */ (() => record<AgentWelcome>({ protocol: whole(0), session: text(64, 1, NAME), agent: text(64, 1, NAME), nextToken: text(), view: isSessionView }))();
export const isAlikeChange = /* @__PURE__ */ (() => tuple<AlikeChange>(oneOf("alike"), list(whole(1), 1, 200000), map(text(120, 1), orNull(text(6000000)), 128)))();
export const isAllowed = /* @__PURE__ */ (() => record<Allowed>({ session: text(64, 1, NAME), token: orNull(text()) }))();
export const isAskCode = /* @__PURE__ */ (() => record<AskCode>({ site: text(64, 1, NAME), protocol: whole(0), locale: text(35, 2, LOCALE) }))();
export const isAskedCode = /* @__PURE__ */ (() => record<AskedCode>({ code: text(), token: text(), expiresInS: number() }))();
export const isAssetAnswer = /* @__PURE__ */ (() => record<AssetAnswer>({ hash: text(undefined, undefined, SHA256), state: oneOf("kept", "refused", "wanted") }))();
export const isAssetChange = /* @__PURE__ */ (() => tuple<AssetChange>(oneOf("asset"), whole(1), orNull(text(undefined, undefined, SHA256))))();
export const isAssetName = /* @__PURE__ */ (() => record<AssetName>({ hash: text(undefined, undefined, SHA256) }))();
export const isAttributesChange = /* @__PURE__ */ (() => tuple<AttributesChange>(oneOf("attributes"), whole(1), map(text(120, 1), orNull(text(6000000)), 128)))();
export const isBitmapChange = /* @__PURE__ */ (() => tuple<BitmapChange>(oneOf("bitmap"), whole(1), orNull(text(350000, undefined, BITMAP))))();
export const isBlank = /* @__PURE__ */ (() => record<Blank>({ reason: oneOf("ended", "paused", "policy", "revoked", "tripwire") }))();
export const isBoxEntry = /* @__PURE__ */ (() => tuple<BoxEntry>(oneOf("bx"), oneOf("blocked", "canvas", "closed", "frame", "media"), text(300), number(-67108864, 67108864), number(-67108864, 67108864), text(600)))();
export const isCancelAsk = /* @__PURE__ */ (() => record<CancelAsk>({ token: text(2048, 16) }))();
export const isDoctypeEntry = /* @__PURE__ */ (() => tuple<DoctypeEntry>(oneOf("dt"), text(120)))();
export const isDocumentEntry = /* @__PURE__ */ (() => tuple<DocumentEntry>(oneOf("doc"), flag, whole(0, 200000)))();
export const isElementEntry = /* @__PURE__ */ (() => tuple<ElementEntry>(oneOf("el"), text(120, 1), map(text(120, 1), text(6000000), 128), whole(0, 200000)))();
export const isFrameEntry = /* @__PURE__ */ (() => tuple<FrameEntry>(oneOf("fr"), map(text(120, 1), text(6000000), 128), whole(0, 200000)))();
export const isMaskedTextEntry = /* @__PURE__ */ (() => tuple<MaskedTextEntry>(oneOf("mt")))();
export const isMathEntry = /* @__PURE__ */ (() => tuple<MathEntry>(oneOf("math"), text(120, 1), map(text(120, 1), text(6000000), 128), whole(0, 200000)))();
export const isMovedEntry = /* @__PURE__ */ (() => tuple<MovedEntry>(oneOf("at"), whole(1)))();
export const isShadowRootEntry = /* @__PURE__ */ (() => tuple<ShadowRootEntry>(oneOf("sr"), whole(0, 200000)))();
export const isSvgEntry = /* @__PURE__ */ (() => tuple<SvgEntry>(oneOf("svg"), text(120, 1), map(text(120, 1), text(6000000), 128), whole(0, 200000)))();
export const isTextEntry = /* @__PURE__ */ (() => tuple<TextEntry>(oneOf("tx"), text(6000000)))();
export const isChildrenChange = /* @__PURE__ */ (() => tuple<ChildrenChange>(oneOf("children"), whole(1), whole(0, 200000), whole(0, 200000), list(tagged({ el: isElementEntry, svg: isSvgEntry, math: isMathEntry, sr: isShadowRootEntry, fr: isFrameEntry, doc: isDocumentEntry, tx: isTextEntry, mt: isMaskedTextEntry, dt: isDoctypeEntry, bx: isBoxEntry, at: isMovedEntry }), undefined, 200000)))();
export const isChunkHeader = /* @__PURE__ */ (() => record<ChunkHeader>({ epoch: whole(1), seq: whole(0), index: whole(0, 255), count: whole(1, 256), rawBytes: whole(1, 67108864) }))();
export const isClaimCode = /* @__PURE__ */ (() => record<ClaimCode>({ code: text(12, 6, DIGITS) }))();
export const isConsentAnswer = /* @__PURE__ */ (() => record<ConsentAnswer>({ token: text(2048, 16), grants: list(oneOf("control", "point", "view"), undefined, 3), locale: text(35, 2, LOCALE), textVersion: text(300) }))();
export const isConsentOffer = /* @__PURE__ */ (() => record<ConsentOffer>({ token: text(), session: text(64, 1, NAME), agentName: text(300), shopName: text(300), words: list(text(300)), expiresInS: number() }))();
export const isShareOffer = /* @__PURE__ */ (() => record<ShareOffer>({ code: text(), link: text(), expiresInS: number() }))();
export const isConsoleState = /* @__PURE__ */ (() => record<ConsoleState>({ session: text(64, 1, NAME), siteName: text(300), ticket: text(300), subject: text(300), agentName: text(300), agent: text(64, 1, NAME), state: oneOf("asking", "away", "ended", "live", "lost", "offered", "paused"), consentAgeS: orNull(number()), shopUrl: text(300), offer: orNull(isShareOffer), words: orNull(list(text(300))), wordsTranslated: orNull(list(text(300))), assetOrigins: list(text(300)) }))();
export const isCreateSession = /* @__PURE__ */ (() => record<CreateSession>({ ticket: text(300), subject: text(300), agentName: text(300), locale: orNull(text(35, 2, LOCALE)) }))();
export const isCreatedSession = /* @__PURE__ */ (() => record<CreatedSession>({ session: text(64, 1, NAME), code: text(), codeExpiresInS: number(), consoleLink: text(), shopperLink: text() }))();
export const isIdleRule = /* @__PURE__ */ (() => record<IdleRule>({ rule: whole(1, 200), kind: oneOf("block", "mask", "show") }))();
export const isDrift = /* @__PURE__ */ (() => record<Drift>({ version: whole(1), rules: list(isIdleRule, undefined, 600) }))();
export const isDriftAlarm = /* @__PURE__ */ (() => record<DriftAlarm>({ version: whole(1), rule: whole(1, 200), kind: oneOf("block", "mask", "show"), name: orNull(text(80)), path: text(500) }))();
export const isFieldContent = /* @__PURE__ */ (() => record<FieldContent>({ text: text(6000000), checked: orNull(flag) }))();
export const isFieldStatus = /* @__PURE__ */ (() => record<FieldStatus>({ filled: flag, validity: oneOf("malformed", "missing", "range", "type", "valid") }))();
export const isField = /* @__PURE__ */ (() => record<Field>({ kind: oneOf("button", "checkbox", "date", "file", "frame", "number", "radio", "range", "rich-text", "select", "text"), label: text(300), purpose: orNull(text(40)), verdict: oneOf("block", "mask", "show"), reason: oneOf("default-control", "floor-autocomplete", "floor-name", "floor-sticky", "floor-type", "looks-personal", "page-text", "payment-frame", "site-block", "site-mask", "site-pattern", "site-show", "tripwire"), required: flag, disabled: flag, status: orNull(isFieldStatus), content: orNull(isFieldContent) }))();
export const isFieldChange = /* @__PURE__ */ (() => tuple<FieldChange>(oneOf("field"), whole(1), orNull(isField)))();
export const isFieldsChange = /* @__PURE__ */ (() => tuple<FieldsChange>(oneOf("fields"), list(whole(1), 1, 200000), isField))();
export const isFocusChange = /* @__PURE__ */ (() => tuple<FocusChange>(oneOf("focus"), orNull(whole(1))))();
export const isHandOver = /* @__PURE__ */ (() => record<HandOver>({ token: text(2048, 16), target: text(300) }))();
export const isHandedOver = /* @__PURE__ */ (() => record<HandedOver>({ secret: text(), expiresInS: number() }))();
export const isHello = /* @__PURE__ */ (() => record<Hello>({ protocol: whole(0), version: text(40), token: text(2048) }))();
export const isLabelChange = /* @__PURE__ */ (() => tuple<LabelChange>(oneOf("label"), whole(1), text(300)))();
export const isLayerChange = /* @__PURE__ */ (() => tuple<LayerChange>(oneOf("layer"), whole(1), oneOf("fullscreen", "modal", "popover", null)))();
export const isMediaChange = /* @__PURE__ */ (() => tuple<MediaChange>(oneOf("media"), list(text(120, 1), undefined, 40), number(undefined, 100, 0)))();
export const isPage = /* @__PURE__ */ (() => record<Page>({ origin: text(300), path: text(500), quirks: flag }))();
export const isPageChange = /* @__PURE__ */ (() => tuple<PageChange>(oneOf("page"), isPage))();
export const isPointerChange = /* @__PURE__ */ (() => tuple<PointerChange>(oneOf("pointer"), orNull(number(-67108864, 67108864)), orNull(number(-67108864, 67108864))))();
export const isRulesChange = /* @__PURE__ */ (() => tuple<RulesChange>(oneOf("rules"), whole(1), text(6000000)))();
export const isScrollChange = /* @__PURE__ */ (() => tuple<ScrollChange>(oneOf("scroll"), whole(1), number(-67108864, 67108864), number(-67108864, 67108864)))();
export const isSheetChange = /* @__PURE__ */ (() => tuple<SheetChange>(oneOf("sheet"), whole(1), orNull(anyOf(text(6000000), isKeptCss, isNamedCss)), orNull(text(2048)), text(300), flag))();
export const isStateChange = /* @__PURE__ */ (() => tuple<StateChange>(oneOf("state"), oneOf("active", "focus-visible", "hover", "target"), orNull(whole(1))))();
export const isStatusChange = /* @__PURE__ */ (() => tuple<StatusChange>(oneOf("status"), whole(1), isFieldStatus))();
export const isTextChange = /* @__PURE__ */ (() => tuple<TextChange>(oneOf("text"), whole(1), orNull(text(6000000))))();
export const isTextsChange = /* @__PURE__ */ (() => tuple<TextsChange>(oneOf("texts"), list(tuple(whole(1), orNull(text(6000000))), 1, 200000)))();
export const isViewportChange = /* @__PURE__ */ (() => tuple<ViewportChange>(oneOf("viewport"), number(-67108864, 67108864), number(-67108864, 67108864), number(undefined, 100, 0), number(-67108864, 67108864), number(-67108864, 67108864)))();
export const isKeyframe = /* @__PURE__ */ (() => tuple<Keyframe>(oneOf("keyframe"), whole(1), whole(0), isPage, list(tagged({ el: isElementEntry, svg: isSvgEntry, math: isMathEntry, sr: isShadowRootEntry, fr: isFrameEntry, doc: isDocumentEntry, tx: isTextEntry, mt: isMaskedTextEntry, dt: isDoctypeEntry, bx: isBoxEntry, at: isMovedEntry }), undefined, 200000), list(tagged({ children: isChildrenChange, attributes: isAttributesChange, alike: isAlikeChange, text: isTextChange, texts: isTextsChange, sheet: isSheetChange, rules: isRulesChange, adopted: isAdoptedChange, field: isFieldChange, fields: isFieldsChange, label: isLabelChange, status: isStatusChange, scroll: isScrollChange, viewport: isViewportChange, focus: isFocusChange, pointer: isPointerChange, state: isStateChange, media: isMediaChange, layer: isLayerChange, bitmap: isBitmapChange, asset: isAssetChange, page: isPageChange }), undefined, 200000)))();
export const isKeyframeWanted = /* @__PURE__ */ (() => record<KeyframeWanted>({ sheets: list(text(undefined, undefined, HASH), undefined, 500) }))();
export const isLaunchPreview = /* @__PURE__ */ (() => record<LaunchPreview>({ siteName: text(300), ticket: text(300), subject: text(300), agentName: text(300) }))();
export const isLaunchToken = /* @__PURE__ */ (() => record<LaunchToken>({ token: text(2048, 16) }))();
export const isLaunched = /* @__PURE__ */ (() => record<Launched>({ session: text(64, 1, NAME), location: text(300) }))();
export const isMutation = /* @__PURE__ */ (() => tuple<Mutation>(oneOf("mutation"), whole(1), whole(0), whole(1), list(tagged({ children: isChildrenChange, attributes: isAttributesChange, alike: isAlikeChange, text: isTextChange, texts: isTextsChange, sheet: isSheetChange, rules: isRulesChange, adopted: isAdoptedChange, field: isFieldChange, fields: isFieldsChange, label: isLabelChange, status: isStatusChange, scroll: isScrollChange, viewport: isViewportChange, focus: isFocusChange, pointer: isPointerChange, state: isStateChange, media: isMediaChange, layer: isLayerChange, bitmap: isBitmapChange, asset: isAssetChange, page: isPageChange }), undefined, 200000)))();
export const isPause = /* @__PURE__ */ (() => record<Pause>({ reason: oneOf("bar-hidden", "no-agent", "policy", "shopper") }))();
export const isPolicyRule = /* @__PURE__ */ (() => record<PolicyRule>({ name: text(80, 1), pages: orNull(list(text(300, 1, PATHS), undefined, 100)), show: list(text(500, 1), undefined, 100), mask: list(text(500, 1), undefined, 100), block: list(text(500, 1), undefined, 100) }))();
export const isProblem = /* @__PURE__ */ (() => record<Problem>({ code: text(64, 1, NAME), message: text(300), retryAfterS: orNull(number()) }))();
export const isRating = /* @__PURE__ */ (() => record<Rating>({ stars: whole(1, 5) }))();
export const isReceiptHighlight = /* @__PURE__ */ (() => record<ReceiptHighlight>({ agentName: text(300), label: text(300), message: text(300), at: text(), outcome: text(300) }))();
export const isReceiptPage = /* @__PURE__ */ (() => record<ReceiptPage>({ path: text(300), at: text() }))();
export const isReceiptPause = /* @__PURE__ */ (() => record<ReceiptPause>({ reason: oneOf("bar-hidden", "no-agent", "policy", "shopper"), at: text(), endedAt: orNull(text()) }))();
export const isReceiptPerson = /* @__PURE__ */ (() => record<ReceiptPerson>({ name: text(300), joinedAt: text(), leftAt: orNull(text()) }))();
export const isReceipt = /* @__PURE__ */ (() => record<Receipt>({ session: text(64, 1, NAME), site: text(64, 1, NAME), ticket: text(300), subject: text(300), createdAt: text(), consentAt: orNull(text()), endedAt: orNull(text()), endReason: oneOf("agent-ended", "away-window", "erased", "idle", "max-length", "opened-elsewhere", "resume-window", "shopper-stopped", null), agents: list(isReceiptPerson), grants: list(oneOf("control", "point", "view")), consentLocale: text(300), consentTextVersion: text(300), pages: list(isReceiptPage), highlights: list(isReceiptHighlight), pauses: list(isReceiptPause), fieldsMasked: whole(0), rating: orNull(whole(0)), snippetVersion: text(300), policyVersion: whole(0) }))();
export const isWork = /* @__PURE__ */ (() => record<Work>({ challenge: text(2048, 16), nonce: whole(0) }))();
export const isRedeemCode = /* @__PURE__ */ (() => record<RedeemCode>({ site: text(64, 1, NAME), protocol: whole(0), locale: text(35, 2, LOCALE), code: orNull(text(12, 6, DIGITS)), secret: orNull(text(64, 22)), work: orNull(isWork) }))();
export const isRefusal = /* @__PURE__ */ (() => record<Refusal>({ code: text(64, 1, NAME), message: text(300) }))();
export const isSessionReport = /* @__PURE__ */ (() => record<SessionReport>({ session: text(64, 1, NAME), state: oneOf("asking", "away", "ended", "live", "lost", "offered", "paused"), receipt: isReceipt }))();
export const isSheetText = /* @__PURE__ */ (() => record<SheetText>({ text: text(6000000) }))();
export const isShopperWelcome = /* @__PURE__ */ (() => record<ShopperWelcome>({ protocol: whole(0), session: text(64, 1, NAME), nextToken: text(), epoch: whole(1), sheets: list(text(undefined, undefined, HASH), undefined, 500), origins: list(text()), echoKey: text(undefined, undefined, HASH), view: isSessionView }))();
export const isSitePattern = /* @__PURE__ */ (() => record<SitePattern>({ name: text(60, 1), form: text(80, 1) }))();
export const isSitePolicy = /* @__PURE__ */ (() => record<SitePolicy>({ site: text(undefined, undefined, SITE), version: whole(1), private: flag, rules: list(isPolicyRule, undefined, 200), pause: list(text(300, 1, PATHS), undefined, 100), queryHosts: list(text(260, undefined, HOST), undefined, 50), frames: list(text(500, 1), undefined, 100), exemptEchoes: list(text(500, 1), undefined, 100), patterns: list(isSitePattern, undefined, 20) }))();
export const isSocketPass = /* @__PURE__ */ (() => record<SocketPass>({ token: text(), protocol: whole(0) }))();
export const isStopView = /* @__PURE__ */ (() => record<StopView>({ token: text(2048, 16) }))();
export const isTakeOver = /* @__PURE__ */ (() => record<TakeOver>({ site: text(64, 1, NAME), protocol: whole(0), secret: text(64, 22), source: text(300) }))();
export const isTakenOver = /* @__PURE__ */ (() => record<TakenOver>({ session: text(64, 1, NAME), token: text(), ageS: number(), agents: list(text()) }))();
export const isTripped = /* @__PURE__ */ (() => record<Tripped>({ epoch: whole(1), node: whole(1) }))();
export const isVisibility = /* @__PURE__ */ (() => record<Visibility>({ hidden: flag }))();
export const isWaitClaim = /* @__PURE__ */ (() => record<WaitClaim>({ token: text(2048, 16) }))();
export const isWaiting = /* @__PURE__ */ (() => record<Waiting>({ waiting: oneOf(true) }))();
export const isWebhookDelivery = /* @__PURE__ */ (() => record<WebhookDelivery>({ id: text(64, 1, NAME), kind: oneOf("session.ended"), receipt: isReceipt }))();
export const isWorkWanted = /* @__PURE__ */ (() => record<WorkWanted>({ challenge: text(2048, 16), rounds: whole(1, 1000000) }))();
