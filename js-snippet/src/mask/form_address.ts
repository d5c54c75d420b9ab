/**
 * Where a form goes. Its address is read here and told to nobody: what comes out is one of the origins that were asked
 * for, or nothing. A form's own controls may be called `getAttribute`, so no method of the form itself is called.
 */
const { getAttribute, hasAttribute, removeAttribute, setAttribute } = Element.prototype;
const { requestSubmit } = HTMLFormElement.prototype;
const read = (element: Element, name: string): string | null => getAttribute.call(element, name);

function resolved(address: string): URL | null {
  try {
    return new URL(address, document.baseURI);
  } catch {
    return null;
  }
}

export interface FormAddress {
  /** The one of the given origins that the form is sent to, in this very tab. */
  readonly origin: string;
  /** Adds a fragment to the address while the browser reads it, and not for longer. */
  carry(fragment: string): void;
  /** Sends the form as its button does. */
  send(): void;
}

/** Null where the form goes to none of these origins, or not in this tab. */
export function addressOf(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  origins: readonly string[],
): FormAddress | null {
  const isButtons = !!submitter && hasAttribute.call(submitter, "formaction");
  const [bearer, name] = isButtons ? ([submitter, "formaction"] as const) : ([form, "action"] as const);
  const written = read(bearer, name);
  const frame = (submitter && read(submitter, "formtarget")) ?? read(form, "target") ?? "_self";
  const { href, origin } = resolved(written ?? "") ?? {};
  if (!href || !origin || !origins.includes(origin) || frame !== "_self") return null;
  return {
    origin,
    carry(fragment) {
      setAttribute.call(bearer, name, href + fragment);
      setTimeout(() =>
        written === null ? removeAttribute.call(bearer, name) : setAttribute.call(bearer, name, written),
      );
    },
    send: () => requestSubmit.call(form, submitter),
  };
}
