/** The words by which a field says that it holds a secret: the floor under every option. Knows nothing of nodes. */

// Whole words, after "cardNumber", "card_number" and "cc-number" have been parted. "shipping" holds no pin.
const LATIN = new RegExp(
  "(?:^| )(?:" +
    "(?:credit ?|debit ?|gift ?)?cards?(?: ?(?:n|no|num|nr|number|holder|code|data))?|pan|cc(?:n|num|no|number|name|exp|csc|v)?|" +
    "cv[cvn]|csc|security code|exp(?:iry|iration|date|month|year)?|iban|account (?:no|number)|sort code|routing number|" +
    "pin|pass|pass ?(?:word|wd|code|phrase)|pwd|otp|totp|mfa|one time|(?:verification|confirmation|auth|sms) code|" +
    "secret|ssn|social security|kart(?:e|ennummer)|passwort|kennwort|tarjeta|clave|carte bancaire|mot de passe" +
    ")(?: |$)",
);
const ARABIC = /بطاق[ةت]|كلم[ةه] (?:ال)?(?:مرور|سر)|(?:ال)?رقم السري|رمز (?:ال)?(?:تحقق|أمان|امان)|[آا]يبان/;
const CHINESE =
  /卡号|卡號|信用卡|银行卡|銀行卡|借记卡|密[码碼]|安全[码碼]|[验驗][证證][码碼]|校[验驗][码碼]|有效期|口令/;

/** Does a field's name, id, label, placeholder or aria-label say card, cvc, iban, pin, password and the like? */
export function saysSecret(words: string): boolean {
  const parted = words
    .normalize("NFKC")
    .replace(/(\p{Ll})(?=\p{Lu})/gu, "$1 ")
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, " ");
  return LATIN.test(parted) || ARABIC.test(parted) || CHINESE.test(parted);
}
