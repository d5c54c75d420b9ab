"""What kind of value a field asks for: by its purpose, its type, or the words around it, in that order. Pure.

Not what the policy judges: a field whose name the mask overlooks gets a card number here all the same.
"""

from __future__ import annotations

import re

from beside.audit.audited import FoundField


def shape_of(field: FoundField) -> str | None:
    """What kind of value a field asks for, in words of the report; None: it takes none that is typed."""
    if field.type in ("checkbox", "radio"):
        return None
    purpose = field.autocomplete.lower().split()[-1] if field.autocomplete.strip() else ""
    for shape, purposes in _PURPOSES.items():
        if re.fullmatch(purposes, purpose):
            return shape
    if field.type in _TYPES:
        return _TYPES[field.type]
    if field.tag == "select":
        return "choice"
    for shape, words in _WORDS.items():
        if re.search(words, field.words, re.IGNORECASE):
            return shape
    return "digits" if field.input_mode == "numeric" else "text"


_PURPOSES = {
    "card number": "cc-number",
    "expiry": "cc-exp",
    "security code": "cc-csc",
    "password": "(?:new|current)-password",
    "one-time code": "one-time-code",
    "e-mail address": "email",
    "phone number": "tel(?:-national|-local)?",
    "web address": "url|photo",
    "postal code": "postal-code",
}
_TYPES = {
    "email": "e-mail address",
    "tel": "phone number",
    "url": "web address",
    "password": "password",
    "date": "date",
    "datetime-local": "date and time",
    "month": "month",
    "week": "week",
    "time": "time",
    "number": "number",
    "range": "number",
    "color": "colour",
    "file": "file name",
    "select-one": "choice",
    "select-multiple": "choice",
}
_WORDS = {
    "card number": r"card.?(?:num|no\b)|kartennummer|رقم البطاقة|卡号",
    "security code": r"\bcv[cv]2?\b|security code|prüf(?:ziffer|nummer)|رمز الأمان|安全码",
    "expiry": r"expir|ablauf|valid (?:until|thru)|تاريخ الانتهاء|有效期",
    "IBAN": r"\biban\b",
    "e-mail address": r"e-?mail|البريد|邮箱|邮件",
    "phone number": r"phone|mobile|telefon|الهاتف|电话|手机",
    "postal code": r"post(?:al)?.?code|\bzip\b|\bplz\b|الرمز البريدي|邮编|邮政编码",
    "one-time code": r"\botp\b|one.?time|verification code",
    "password": r"passw|kennwort|كلمة المرور|密码",
}
