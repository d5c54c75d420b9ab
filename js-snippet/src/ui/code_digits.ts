/** The digits of a share code, as people type and read them. Knows nothing of fields or of the relay. */

/** Share codes have six digits; under an attack the relay makes longer ones. */
export const CODE_DIGITS = 6;
export const MAX_CODE_DIGITS = 12;

/** The digits of `text` as 0-9, of a code at the most: Arabic-Indic, Persian and full-width ones too; all else is dropped. */
export const digitsOf = (text: string): string => allDigitsOf(text).slice(0, MAX_CODE_DIGITS);

/** Has it more digits than any code? Then it is something else, of which nothing is to go out: a card number, say. */
export const isNoCode = (text: string): boolean => allDigitsOf(text).length > MAX_CODE_DIGITS;

function allDigitsOf(text: string): string {
  return [...text.normalize("NFKC")]
    .map((sign) => {
      const code = sign.codePointAt(0) ?? 0;
      if (code >= 0x660 && code <= 0x669) return String(code - 0x660);
      if (code >= 0x6f0 && code <= 0x6f9) return String(code - 0x6f0);
      return sign >= "0" && sign <= "9" ? sign : "";
    })
    .join("");
}

/** `123456` as `123 456`. */
export const grouped = (digits: string): string => digits.replace(/(\d{3})(?=\d)/g, "$1 ");
