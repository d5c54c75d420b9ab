// Generated from server/beside/protocol.py and bodies.py by `make protocol`. Do not edit.

export const PROTOCOL_VERSION = 1;
export const MAX_HINT_CHARS = 140;
export const MAX_NODES = 200000;

export type Verdict = "block" | "mask" | "show";
export type Reason = "default-control" | "floor-autocomplete" | "floor-name" | "floor-sticky" | "floor-type" | "looks-personal" | "page-text" | "site-block" | "site-mask" | "site-show" | "tripwire";
export type FieldKind = "button" | "checkbox" | "date" | "file" | "number" | "radio" | "range" | "rich-text" | "select" | "text";
export type Validity = "malformed" | "missing" | "range" | "type" | "valid";
export type Grant = "control" | "point" | "view";
export type SessionState = "asking" | "away" | "ended" | "live" | "lost" | "offered" | "paused";
export type PauseReason = "bar-hidden" | "no-agent" | "policy" | "shopper";
export type EndReason = "agent-ended" | "away-window" | "erased" | "idle" | "max-length" | "opened-elsewhere" | "resume-window" | "shopper-stopped";

/** An act as the shopper's page receives it: with the participant it comes from. */
export interface ActDelivery {
  agent: string;
  act: Highlight | Dismiss | AgentPointer;
}

/** What became of a highlight on the shopper's page. */
export interface ActOutcome {
  act: string;
  outcome: "dismissed" | "expired" | "gone" | "refused" | "shown" | "stale";
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

/** Attributes as they are now; null where one is gone. */
export type AttributesChange = [tag: "attributes", node: number, attributes: Record<string, string | null>];

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

/** An HTML element. */
export type ElementEntry = [tag: "el", name: string, attributes: Record<string, string>, children: number];

/** One form control. `status` is null until a masked field first settles; `content` is null unless shown. */
export interface Field {
  kind: "button" | "checkbox" | "date" | "file" | "number" | "radio" | "range" | "rich-text" | "select" | "text";
  label: string;
  purpose: string | null;
  verdict: "block" | "mask" | "show";
  reason: "default-control" | "floor-autocomplete" | "floor-name" | "floor-sticky" | "floor-type" | "looks-personal" | "page-text" | "site-block" | "site-mask" | "site-show" | "tripwire";
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

/** What a settled masked field tells instead of its value. */
export interface FieldStatus {
  filled: boolean;
  validity: "malformed" | "missing" | "range" | "type" | "valid";
}

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

/** A sheet's text that relay and consoles keep for the session, under its hash: from now on it is named. */
export type KeptCss = [tag: "keep", text: string];

/** A snapshot: it opens a new epoch (greater than the last) at seq 0. `entries` are the document's children. */
export type Keyframe = [tag: "keyframe", epoch: number, seq: number, page: Page, entries: (ElementEntry | SvgEntry | MathEntry | ShadowRootEntry | FrameEntry | DocumentEntry | TextEntry | MaskedTextEntry | DoctypeEntry | BoxEntry | MovedEntry)[], changes: (ChildrenChange | AttributesChange | TextChange | SheetChange | AdoptedChange | FieldChange | ScrollChange | ViewportChange | FocusChange | PointerChange | LayerChange | PageChange)[]];

/** Send a keyframe. It may name these texts of style sheets, and no others: what else was sent did not arrive. */
export interface KeyframeWanted {
  sheets: string[];
}

/** An element enters the top layer, or leaves it (null). */
export type LayerChange = [tag: "layer", node: number, layer: "fullscreen" | "modal" | "popover" | null];

/** A text node whose content the policy masks: it has one shape, so nothing of it travels. */
export type MaskedTextEntry = [tag: "mt"];

export type MathEntry = [tag: "math", name: string, attributes: Record<string, string>, children: number];

/** A node that the mirror knows already and that stands here now. It takes no new id and keeps its own subtree. */
export type MovedEntry = [tag: "at", node: number];

/** The masked change set of one animation frame: seq is the last frame's + 1; `first` is the next new node's id. */
export type Mutation = [tag: "mutation", epoch: number, seq: number, first: number, changes: (ChildrenChange | AttributesChange | TextChange | SheetChange | AdoptedChange | FieldChange | ScrollChange | ViewportChange | FocusChange | PointerChange | LayerChange | PageChange)[]];

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

export interface Rating {
  stars: number;
}

/** A message was refused: `code` is stable, `message` says what happened and what to do. */
export interface Refusal {
  code: string;
  message: string;
}

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

/** First message to a connected shopper. `epoch` is the one to use for the first keyframe. `next_token` goes into `sessionStorage` in place of the one just spent. `sheets` need not be sent again. */
export interface ShopperWelcome {
  protocol: number;
  session: string;
  nextToken: string;
  epoch: number;
  sheets: string[];
  view: SessionView;
}

export type SvgEntry = [tag: "svg", name: string, attributes: Record<string, string>, children: number];

/** Text as it is now; null where it is masked. */
export type TextChange = [tag: "text", node: number, text: string | null];

export type TextEntry = [tag: "tx", text: string];

/** A frame was withheld for what looks like a payment number: make a box of this node's element and go on. */
export interface Tripped {
  epoch: number;
  node: number;
}

/** Layout viewport in CSS px without scroll bars, and the visual viewport's scale (pinch zoom). */
export type ViewportChange = [tag: "viewport", width: number, height: number, scale: number];

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

/** The shopper's way in: a share code, or the one-use secret of a shopper link; exactly one of them. */
export interface RedeemCode {
  site: string;
  protocol: number;
  locale: string;
  code: string | null;
  secret: string | null;
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

export type Entry = ElementEntry | SvgEntry | MathEntry | ShadowRootEntry | FrameEntry | DocumentEntry | TextEntry | MaskedTextEntry | DoctypeEntry | BoxEntry | MovedEntry;
export type Css = string | KeptCss | NamedCss;
export type Change = ChildrenChange | AttributesChange | TextChange | SheetChange | AdoptedChange | FieldChange | ScrollChange | ViewportChange | FocusChange | PointerChange | LayerChange | PageChange;
export type Frame = Keyframe | Mutation;
export type Act = Highlight | Dismiss | AgentPointer;

export const SNIPPET_SCHEMA: Record<string, unknown> = /* @__PURE__ */ JSON.parse(
  "{\"ActDelivery\":{\"type\":\"object\",\"properties\":{\"agent\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"act\":{\"anyOf\":[{\"$ref\":\"Highlight\"},{\"$ref\":\"Dismiss\"},{\"$ref\":\"AgentPointer\"}]}},\"required\":[\"agent\",\"act\"],\"additionalProperties\":false},\"AgentPointer\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"pointer\"]},{\"anyOf\":[{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"null\"}]},{\"anyOf\":[{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"null\"}]}],\"minItems\":3,\"maxItems\":3},\"Dismiss\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"dismiss\"]},{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"}],\"minItems\":2,\"maxItems\":2},\"Highlight\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"highlight\"]},{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"anyOf\":[{\"type\":\"string\",\"maxLength\":140},{\"type\":\"null\"}]}],\"minItems\":5,\"maxItems\":5},\"ShopperWelcome\":{\"type\":\"object\",\"properties\":{\"protocol\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":2147483647},\"session\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"nextToken\":{\"type\":\"string\"},\"epoch\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},\"sheets\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{16}(?!\\\\n)$\"},\"maxItems\":500},\"view\":{\"$ref\":\"SessionView\"}},\"required\":[\"protocol\",\"session\",\"nextToken\",\"epoch\",\"sheets\",\"view\"],\"additionalProperties\":false},\"SessionView\":{\"type\":\"object\",\"properties\":{\"state\":{\"enum\":[\"asking\",\"away\",\"ended\",\"live\",\"lost\",\"offered\",\"paused\"]},\"pauseReason\":{\"anyOf\":[{\"enum\":[\"bar-hidden\",\"no-agent\",\"policy\",\"shopper\"]},{\"type\":\"null\"}]},\"endReason\":{\"anyOf\":[{\"enum\":[\"agent-ended\",\"away-window\",\"erased\",\"idle\",\"max-length\",\"opened-elsewhere\",\"resume-window\",\"shopper-stopped\"]},{\"type\":\"null\"}]},\"grants\":{\"type\":\"array\",\"items\":{\"enum\":[\"control\",\"point\",\"view\"]}},\"agents\":{\"type\":\"array\",\"items\":{\"$ref\":\"AgentPresence\"}},\"shopperConnected\":{\"type\":\"boolean\"},\"windowS\":{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"null\"}]},\"words\":{\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":300}},{\"type\":\"null\"}]},\"wordsTranslated\":{\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":300}},{\"type\":\"null\"}]},\"offerOutcome\":{\"anyOf\":[{\"enum\":[\"declined\",\"lapsed\"]},{\"type\":\"null\"}]}},\"required\":[\"state\",\"pauseReason\",\"endReason\",\"grants\",\"agents\",\"shopperConnected\",\"windowS\",\"words\",\"wordsTranslated\",\"offerOutcome\"],\"additionalProperties\":false},\"AgentPresence\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"name\":{\"type\":\"string\",\"maxLength\":300},\"admission\":{\"enum\":[\"admitted\",\"refused\",\"waiting\"]},\"connected\":{\"type\":\"boolean\"}},\"required\":[\"id\",\"name\",\"admission\",\"connected\"],\"additionalProperties\":false},\"KeyframeWanted\":{\"type\":\"object\",\"properties\":{\"sheets\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{16}(?!\\\\n)$\"},\"maxItems\":500}},\"required\":[\"sheets\"],\"additionalProperties\":false},\"Refusal\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"message\":{\"type\":\"string\",\"maxLength\":300}},\"required\":[\"code\",\"message\"],\"additionalProperties\":false},\"Tripped\":{\"type\":\"object\",\"properties\":{\"epoch\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},\"node\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647}},\"required\":[\"epoch\",\"node\"],\"additionalProperties\":false},\"Problem\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"message\":{\"type\":\"string\",\"maxLength\":300},\"retryAfterS\":{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"null\"}]}},\"required\":[\"code\",\"message\",\"retryAfterS\"],\"additionalProperties\":false},\"ConsentOffer\":{\"type\":\"object\",\"properties\":{\"token\":{\"type\":\"string\"},\"session\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"agentName\":{\"type\":\"string\",\"maxLength\":300},\"shopName\":{\"type\":\"string\",\"maxLength\":300},\"words\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":300}},\"expiresInS\":{\"type\":\"number\"}},\"required\":[\"token\",\"session\",\"agentName\",\"shopName\",\"words\",\"expiresInS\"],\"additionalProperties\":false},\"Waiting\":{\"type\":\"object\",\"properties\":{\"waiting\":{\"enum\":[true]}},\"required\":[\"waiting\"],\"additionalProperties\":false},\"AskedCode\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},\"token\":{\"type\":\"string\"},\"expiresInS\":{\"type\":\"number\"}},\"required\":[\"code\",\"token\",\"expiresInS\"],\"additionalProperties\":false},\"Allowed\":{\"type\":\"object\",\"properties\":{\"session\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"token\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}},\"required\":[\"session\",\"token\"],\"additionalProperties\":false}}",
);
export const CONSOLE_SCHEMA: Record<string, unknown> = /* @__PURE__ */ JSON.parse(
  "{\"Keyframe\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"keyframe\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"integer\",\"minimum\":0,\"maximum\":2147483647},{\"$ref\":\"Page\"},{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"ElementEntry\"},{\"$ref\":\"SvgEntry\"},{\"$ref\":\"MathEntry\"},{\"$ref\":\"ShadowRootEntry\"},{\"$ref\":\"FrameEntry\"},{\"$ref\":\"DocumentEntry\"},{\"$ref\":\"TextEntry\"},{\"$ref\":\"MaskedTextEntry\"},{\"$ref\":\"DoctypeEntry\"},{\"$ref\":\"BoxEntry\"},{\"$ref\":\"MovedEntry\"}]},\"maxItems\":200000},{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"ChildrenChange\"},{\"$ref\":\"AttributesChange\"},{\"$ref\":\"TextChange\"},{\"$ref\":\"SheetChange\"},{\"$ref\":\"AdoptedChange\"},{\"$ref\":\"FieldChange\"},{\"$ref\":\"ScrollChange\"},{\"$ref\":\"ViewportChange\"},{\"$ref\":\"FocusChange\"},{\"$ref\":\"PointerChange\"},{\"$ref\":\"LayerChange\"},{\"$ref\":\"PageChange\"}]},\"maxItems\":200000}],\"minItems\":6,\"maxItems\":6},\"AdoptedChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"adopted\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"array\",\"items\":{\"anyOf\":[{\"type\":\"string\",\"maxLength\":6000000},{\"$ref\":\"KeptCss\"},{\"$ref\":\"NamedCss\"}]},\"maxItems\":500}],\"minItems\":3,\"maxItems\":3},\"KeptCss\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"keep\"]},{\"type\":\"string\",\"maxLength\":6000000}],\"minItems\":2,\"maxItems\":2},\"NamedCss\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"named\"]},{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{16}(?!\\\\n)$\"}],\"minItems\":2,\"maxItems\":2},\"AttributesChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"attributes\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"object\",\"propertyNames\":{\"maxLength\":120,\"minLength\":1},\"additionalProperties\":{\"anyOf\":[{\"type\":\"string\",\"maxLength\":6000000},{\"type\":\"null\"}]},\"maxProperties\":128}],\"minItems\":3,\"maxItems\":3},\"BoxEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"bx\"]},{\"enum\":[\"blocked\",\"canvas\",\"closed\",\"frame\",\"media\"]},{\"type\":\"string\",\"maxLength\":300},{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"string\",\"maxLength\":600}],\"minItems\":6,\"maxItems\":6},\"ChildrenChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"children\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000},{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"ElementEntry\"},{\"$ref\":\"SvgEntry\"},{\"$ref\":\"MathEntry\"},{\"$ref\":\"ShadowRootEntry\"},{\"$ref\":\"FrameEntry\"},{\"$ref\":\"DocumentEntry\"},{\"$ref\":\"TextEntry\"},{\"$ref\":\"MaskedTextEntry\"},{\"$ref\":\"DoctypeEntry\"},{\"$ref\":\"BoxEntry\"},{\"$ref\":\"MovedEntry\"}]},\"maxItems\":200000}],\"minItems\":5,\"maxItems\":5},\"DoctypeEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"dt\"]},{\"type\":\"string\",\"maxLength\":120}],\"minItems\":2,\"maxItems\":2},\"DocumentEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"doc\"]},{\"type\":\"boolean\"},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000}],\"minItems\":3,\"maxItems\":3},\"ElementEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"el\"]},{\"type\":\"string\",\"maxLength\":120,\"minLength\":1},{\"type\":\"object\",\"propertyNames\":{\"maxLength\":120,\"minLength\":1},\"additionalProperties\":{\"type\":\"string\",\"maxLength\":6000000},\"maxProperties\":128},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000}],\"minItems\":4,\"maxItems\":4},\"FrameEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"fr\"]},{\"type\":\"object\",\"propertyNames\":{\"maxLength\":120,\"minLength\":1},\"additionalProperties\":{\"type\":\"string\",\"maxLength\":6000000},\"maxProperties\":128},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000}],\"minItems\":3,\"maxItems\":3},\"MaskedTextEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"mt\"]}],\"minItems\":1,\"maxItems\":1},\"MathEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"math\"]},{\"type\":\"string\",\"maxLength\":120,\"minLength\":1},{\"type\":\"object\",\"propertyNames\":{\"maxLength\":120,\"minLength\":1},\"additionalProperties\":{\"type\":\"string\",\"maxLength\":6000000},\"maxProperties\":128},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000}],\"minItems\":4,\"maxItems\":4},\"MovedEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"at\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647}],\"minItems\":2,\"maxItems\":2},\"ShadowRootEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"sr\"]},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000}],\"minItems\":2,\"maxItems\":2},\"SvgEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"svg\"]},{\"type\":\"string\",\"maxLength\":120,\"minLength\":1},{\"type\":\"object\",\"propertyNames\":{\"maxLength\":120,\"minLength\":1},\"additionalProperties\":{\"type\":\"string\",\"maxLength\":6000000},\"maxProperties\":128},{\"type\":\"integer\",\"minimum\":0,\"maximum\":200000}],\"minItems\":4,\"maxItems\":4},\"TextEntry\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"tx\"]},{\"type\":\"string\",\"maxLength\":6000000}],\"minItems\":2,\"maxItems\":2},\"FieldChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"field\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"anyOf\":[{\"$ref\":\"Field\"},{\"type\":\"null\"}]}],\"minItems\":3,\"maxItems\":3},\"Field\":{\"type\":\"object\",\"properties\":{\"kind\":{\"enum\":[\"button\",\"checkbox\",\"date\",\"file\",\"number\",\"radio\",\"range\",\"rich-text\",\"select\",\"text\"]},\"label\":{\"type\":\"string\",\"maxLength\":300},\"purpose\":{\"anyOf\":[{\"type\":\"string\",\"maxLength\":40},{\"type\":\"null\"}]},\"verdict\":{\"enum\":[\"block\",\"mask\",\"show\"]},\"reason\":{\"enum\":[\"default-control\",\"floor-autocomplete\",\"floor-name\",\"floor-sticky\",\"floor-type\",\"looks-personal\",\"page-text\",\"site-block\",\"site-mask\",\"site-show\",\"tripwire\"]},\"required\":{\"type\":\"boolean\"},\"disabled\":{\"type\":\"boolean\"},\"status\":{\"anyOf\":[{\"$ref\":\"FieldStatus\"},{\"type\":\"null\"}]},\"content\":{\"anyOf\":[{\"$ref\":\"FieldContent\"},{\"type\":\"null\"}]}},\"required\":[\"kind\",\"label\",\"purpose\",\"verdict\",\"reason\",\"required\",\"disabled\",\"status\",\"content\"],\"additionalProperties\":false},\"FieldContent\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":6000000},\"checked\":{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"null\"}]}},\"required\":[\"text\",\"checked\"],\"additionalProperties\":false},\"FieldStatus\":{\"type\":\"object\",\"properties\":{\"filled\":{\"type\":\"boolean\"},\"validity\":{\"enum\":[\"malformed\",\"missing\",\"range\",\"type\",\"valid\"]}},\"required\":[\"filled\",\"validity\"],\"additionalProperties\":false},\"FocusChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"focus\"]},{\"anyOf\":[{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"null\"}]}],\"minItems\":2,\"maxItems\":2},\"LayerChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"layer\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"anyOf\":[{\"enum\":[\"fullscreen\",\"modal\",\"popover\"]},{\"type\":\"null\"}]}],\"minItems\":3,\"maxItems\":3},\"Page\":{\"type\":\"object\",\"properties\":{\"origin\":{\"type\":\"string\",\"maxLength\":300},\"path\":{\"type\":\"string\",\"maxLength\":500},\"quirks\":{\"type\":\"boolean\"}},\"required\":[\"origin\",\"path\",\"quirks\"],\"additionalProperties\":false},\"PageChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"page\"]},{\"$ref\":\"Page\"}],\"minItems\":2,\"maxItems\":2},\"PointerChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"pointer\"]},{\"anyOf\":[{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"null\"}]},{\"anyOf\":[{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"null\"}]}],\"minItems\":3,\"maxItems\":3},\"ScrollChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"scroll\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864}],\"minItems\":4,\"maxItems\":4},\"SheetChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"sheet\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"anyOf\":[{\"type\":\"string\",\"maxLength\":6000000},{\"$ref\":\"KeptCss\"},{\"$ref\":\"NamedCss\"},{\"type\":\"null\"}]},{\"anyOf\":[{\"type\":\"string\",\"maxLength\":2048},{\"type\":\"null\"}]},{\"type\":\"string\",\"maxLength\":300},{\"type\":\"boolean\"}],\"minItems\":6,\"maxItems\":6},\"TextChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"text\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"anyOf\":[{\"type\":\"string\",\"maxLength\":6000000},{\"type\":\"null\"}]}],\"minItems\":3,\"maxItems\":3},\"ViewportChange\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"viewport\"]},{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"number\",\"minimum\":-67108864,\"maximum\":67108864},{\"type\":\"number\",\"exclusiveMinimum\":0,\"maximum\":100}],\"minItems\":4,\"maxItems\":4},\"Mutation\":{\"type\":\"array\",\"prefixItems\":[{\"enum\":[\"mutation\"]},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"integer\",\"minimum\":0,\"maximum\":2147483647},{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"ChildrenChange\"},{\"$ref\":\"AttributesChange\"},{\"$ref\":\"TextChange\"},{\"$ref\":\"SheetChange\"},{\"$ref\":\"AdoptedChange\"},{\"$ref\":\"FieldChange\"},{\"$ref\":\"ScrollChange\"},{\"$ref\":\"ViewportChange\"},{\"$ref\":\"FocusChange\"},{\"$ref\":\"PointerChange\"},{\"$ref\":\"LayerChange\"},{\"$ref\":\"PageChange\"}]},\"maxItems\":200000}],\"minItems\":5,\"maxItems\":5},\"ChunkHeader\":{\"type\":\"object\",\"properties\":{\"epoch\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2147483647},\"seq\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":2147483647},\"index\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":255},\"count\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":256},\"rawBytes\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":67108864}},\"required\":[\"epoch\",\"seq\",\"index\",\"count\",\"rawBytes\"],\"additionalProperties\":false},\"AgentWelcome\":{\"type\":\"object\",\"properties\":{\"protocol\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":2147483647},\"session\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"agent\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"nextToken\":{\"type\":\"string\"},\"view\":{\"$ref\":\"SessionView\"}},\"required\":[\"protocol\",\"session\",\"agent\",\"nextToken\",\"view\"],\"additionalProperties\":false},\"SessionView\":{\"type\":\"object\",\"properties\":{\"state\":{\"enum\":[\"asking\",\"away\",\"ended\",\"live\",\"lost\",\"offered\",\"paused\"]},\"pauseReason\":{\"anyOf\":[{\"enum\":[\"bar-hidden\",\"no-agent\",\"policy\",\"shopper\"]},{\"type\":\"null\"}]},\"endReason\":{\"anyOf\":[{\"enum\":[\"agent-ended\",\"away-window\",\"erased\",\"idle\",\"max-length\",\"opened-elsewhere\",\"resume-window\",\"shopper-stopped\"]},{\"type\":\"null\"}]},\"grants\":{\"type\":\"array\",\"items\":{\"enum\":[\"control\",\"point\",\"view\"]}},\"agents\":{\"type\":\"array\",\"items\":{\"$ref\":\"AgentPresence\"}},\"shopperConnected\":{\"type\":\"boolean\"},\"windowS\":{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"null\"}]},\"words\":{\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":300}},{\"type\":\"null\"}]},\"wordsTranslated\":{\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":300}},{\"type\":\"null\"}]},\"offerOutcome\":{\"anyOf\":[{\"enum\":[\"declined\",\"lapsed\"]},{\"type\":\"null\"}]}},\"required\":[\"state\",\"pauseReason\",\"endReason\",\"grants\",\"agents\",\"shopperConnected\",\"windowS\",\"words\",\"wordsTranslated\",\"offerOutcome\"],\"additionalProperties\":false},\"AgentPresence\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"name\":{\"type\":\"string\",\"maxLength\":300},\"admission\":{\"enum\":[\"admitted\",\"refused\",\"waiting\"]},\"connected\":{\"type\":\"boolean\"}},\"required\":[\"id\",\"name\",\"admission\",\"connected\"],\"additionalProperties\":false},\"SheetText\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":6000000}},\"required\":[\"text\"],\"additionalProperties\":false},\"Blank\":{\"type\":\"object\",\"properties\":{\"reason\":{\"enum\":[\"ended\",\"paused\",\"policy\",\"revoked\",\"tripwire\"]}},\"required\":[\"reason\"],\"additionalProperties\":false},\"ActOutcome\":{\"type\":\"object\",\"properties\":{\"act\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"outcome\":{\"enum\":[\"dismissed\",\"expired\",\"gone\",\"refused\",\"shown\",\"stale\"]}},\"required\":[\"act\",\"outcome\"],\"additionalProperties\":false},\"Refusal\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\",\"maxLength\":64,\"minLength\":1,\"pattern\":\"^[A-Za-z0-9_-]+(?!\\\\n)$\"},\"message\":{\"type\":\"string\",\"maxLength\":300}},\"required\":[\"code\",\"message\"],\"additionalProperties\":false}}",
);
