// The payment form's rules in the browser: the same as the server's in shop/cards.py, which decides.

const BRANDS = [
  { name: "visa", starts: /^4/, lengths: [13, 16, 19], groups: [4, 4, 4, 4, 3], cvcLength: 3 },
  { name: "amex", starts: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvcLength: 4 },
  {
    name: "mastercard",
    starts: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    lengths: [16],
    groups: [4, 4, 4, 4],
    cvcLength: 3,
  },
];
const UNKNOWN = {
  name: "unknown",
  starts: /^/,
  lengths: [12, 13, 14, 15, 16, 17, 18, 19],
  groups: [4, 4, 4, 4, 3],
  cvcLength: 3,
};

/** Tells the brand by the first digits. */
export function brandOf(digits) {
  return BRANDS.find((brand) => brand.starts.test(digits)) ?? UNKNOWN;
}

/** Takes out the blanks and dashes that people type. */
export function bareDigits(text) {
  return text.replace(/[\s-]/g, "");
}

/** Writes digits in the brand's groups: 4242 4242 4242 4242, 3782 822463 10005. */
export function groupDigits(digits) {
  const brand = brandOf(digits);
  const groups = [];
  let rest = digits.slice(0, Math.max(...brand.lengths));
  for (const size of brand.groups) {
    if (rest === "") break;
    groups.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return groups.join(" ");
}

export function luhnHolds(digits) {
  let total = 0;
  [...digits].reverse().forEach((digit, place) => {
    const doubled = place % 2 ? Number(digit) * 2 : Number(digit);
    total += doubled > 9 ? doubled - 9 : doubled;
  });
  return total % 10 === 0;
}

/** Names what is wrong with a card number ("characters", "short", "long", "wrong"), or gives null. */
export function numberError(text) {
  const digits = bareDigits(text);
  if (!/^[0-9]+$/.test(digits)) return "characters";
  const { lengths } = brandOf(digits);
  if (!lengths.includes(digits.length)) return digits.length < Math.max(...lengths) ? "short" : "long";
  return luhnHolds(digits) ? null : "wrong";
}

/** Names what is wrong with an expiry date ("form", "month", "past", "far"), or gives null. */
export function expiryError(text, today) {
  const parts = /^([0-9]{2})\/([0-9]{2}|[0-9]{4})$/.exec(text.replace(/\s/g, ""));
  if (!parts) return "form";
  const month = Number(parts[1]);
  const year = Number(parts[2]) + (parts[2].length === 2 ? 2000 : 0);
  if (month < 1 || month > 12) return "month";
  if (year < today.getUTCFullYear() || (year === today.getUTCFullYear() && month < today.getUTCMonth() + 1)) {
    return "past";
  }
  return year > today.getUTCFullYear() + 20 ? "far" : null;
}

/** Names what a security code for this card should be ("three", "four"), or gives null when it is that. */
export function cvcError(text, digits) {
  const { cvcLength } = brandOf(digits);
  return new RegExp(`^[0-9]{${cvcLength}}$`).test(text) ? null : cvcLength === 4 ? "four" : "three";
}
