/** The animations that scripts made: what style sheets animate, the mirror animates by itself. */
export const scripted = (document: Document): Animation[] =>
  document.getAnimations().filter((one) => !("animationName" in one || "transitionProperty" in one));
