/** The look of what the loader draws, and the rules that keep our host out of the reach of the page's style. */

// Important declarations of a shadow tree beat every one of the page (CSS Cascade 5, section 6.1), so that no page can
// restyle or hide the host.
export const LOOK =
  ":host{all:initial!important;display:block!important;position:fixed!important;inset:0!important;" +
  "z-index:2147483647!important;pointer-events:none!important;color-scheme:light!important}" +
  "[hidden]{display:none!important}" +
  "button.help,.notice{pointer-events:auto;position:fixed;inset-inline-end:0;margin:0 16px;font:15px/22px system-ui,sans-serif;" +
  "box-shadow:0 2px 16px #0005}" +
  "button.help{inset-block-end:16px;padding:12px 18px;border:0;border-radius:24px;background:#174ea6;color:#fff;" +
  "font-weight:600;cursor:pointer}" +
  "button.help:hover{background:#0d3c8a}" +
  "button.help:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #174ea6}" +
  ".notice{inset-block-end:72px;max-width:320px;padding:12px 18px;" +
  "border-radius:12px;background:#fff}";
