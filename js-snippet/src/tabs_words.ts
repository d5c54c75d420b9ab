/** What a shopper reads when their view is in another tab. Comes with the few pages that need it. */

import type { Locale } from "./loader_words.ts";

export interface TabsWords {
  elsewhere: string;
  elsewhereLead: string;
  moved: string;
  movedLead: string;
  continueHere: string;
  gone: string;
}

export const TABS_WORDS: Record<Locale, TabsWords> = {
  en: {
    elsewhere: "You are sharing this shop in another tab",
    elsewhereLead: "The support team sees that tab, not this one.",
    moved: "You continue in another tab",
    movedLead: "The support team sees that tab now, not this one.",
    continueHere: "Continue here",
    gone: "The other tab does not answer. You can ask for help here again.",
  },
  ar: {
    elsewhere: "أنت تشارك هذا المتجر في علامة تبويب أخرى",
    elsewhereLead: "يرى فريق الدعم تلك العلامة، لا هذه.",
    moved: "أنت تتابع في علامة تبويب أخرى",
    movedLead: "يرى فريق الدعم الآن تلك العلامة، لا هذه.",
    continueHere: "المتابعة هنا",
    gone: "علامة التبويب الأخرى لا تستجيب. يمكنك طلب المساعدة هنا من جديد.",
  },
  zh: {
    elsewhere: "您正在另一个标签页中共享本店",
    elsewhereLead: "客服看到的是那个标签页，而不是这个。",
    moved: "您已在另一个标签页中继续",
    movedLead: "客服现在看到的是那个标签页，而不是这个。",
    continueHere: "在此继续",
    gone: "另一个标签页没有响应。您可以在此重新求助。",
  },
};
