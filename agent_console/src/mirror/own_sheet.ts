/**
 * The mirror's own style, adopted first in every root: what boxes, masks and stand-ins look like. Hard rules are
 * `!important`, since the page's own sheets come later and are not to be trusted with them. Where a page's could still be
 * stronger they stand in the first layer, and without a name: of rules that are important the first layer's hold.
 *
 * Scrollers stand where the page says: what loads late above does not move them, as it moved the page's own by then.
 */

export const OWN_CSS = `
@layer { *, :host { overflow-anchor: none !important } }
beside-script, beside-style, beside-link, beside-meta, beside-base, beside-noscript, beside-template, beside-param,
beside-track { display: none !important; }
beside-box {
  all: initial !important; display: inline-block !important; box-sizing: border-box !important;
  overflow: hidden !important; flex: none !important;
  box-shadow: inset 0 0 0 1px #b6bcc6 !important; border-radius: 4px !important; color: #3d4552 !important;
  background: repeating-linear-gradient(135deg, #f2f4f7 0 8px, #e6e9ee 8px 16px) !important;
}
beside-box::before {
  content: attr(beside-label) !important; display: inline-block !important; max-width: 100% !important;
  box-sizing: border-box !important; padding: 3px 6px !important; background: #fffffff0 !important;
  border-end-end-radius: 4px !important; font: 12px/1.3 system-ui, sans-serif !important;
  overflow: hidden !important; text-overflow: ellipsis !important; white-space: nowrap !important;
}
beside-box[beside-label=""]::before { content: none !important; }
beside-box:has(> img) { background: none !important; box-shadow: none !important; border-radius: 0 !important; }
beside-box:has(> img)::before { content: none !important; }
beside-box > img {
  all: initial !important; display: block !important; width: 100% !important; height: 100% !important;
}
[beside-mask="text"] { -webkit-text-security: disc !important; }
[beside-mask="rich"]::before { content: "••••••" !important; }
[beside-layer="fullscreen"] {
  position: fixed !important; inset: 0 !important; width: 100% !important; height: 100% !important;
  max-width: none !important; max-height: none !important; margin: 0 !important; box-sizing: border-box !important;
  object-fit: contain !important; z-index: 2147483647 !important;
}
:where([beside-focus="visible"]) { outline: 2px solid #1a73e8; outline: -webkit-focus-ring-color auto 1px; }
:where(a[href][beside-focus="visible"]) { outline-offset: 1px; }
`;

/** What a page's `<meta>` asks for: whatever its style sheets say is stronger. */
export const DARK_CSS = "@layer beside { :root { color-scheme: dark } }";

/** The page's own document shows no scroll bars: its frame has the size that the shopper's left free. */
export const PAGE_CSS = `${OWN_CSS}:root { scrollbar-width: none !important; }`;
