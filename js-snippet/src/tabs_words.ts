/** What a shopper reads when their view is in another tab, or came along from another origin. Comes with the few pages that need it. */

import type { Locale } from "./loader_words.ts";

export interface TabsWords {
  elsewhere: string;
  elsewhereLead: string;
  moved: string;
  movedLead: string;
  continueHere: string;
  gone: string;
  arrivedLead: string;
}

export const TABS_WORDS: Record<Locale, TabsWords> = {
  en: {
    elsewhere: "You are sharing this shop in another tab",
    elsewhereLead: "The support team sees that tab, not this one.",
    moved: "You continue in another tab",
    movedLead: "The support team sees that tab now, not this one.",
    continueHere: "Continue here",
    gone: "The other tab does not answer. You can ask for help here again.",
    arrivedLead: "Nothing is shared here yet. Close this if you did not share the page before.",
  },
  ar: {
    elsewhere: "أنت تشارك هذا المتجر في علامة تبويب أخرى",
    elsewhereLead: "يرى فريق الدعم تلك العلامة، لا هذه.",
    moved: "أنت تتابع في علامة تبويب أخرى",
    movedLead: "يرى فريق الدعم الآن تلك العلامة، لا هذه.",
    continueHere: "المتابعة هنا",
    gone: "علامة التبويب الأخرى لا تستجيب. يمكنك طلب المساعدة هنا من جديد.",
    arrivedLead: "لم تتم مشاركة أي شيء منها بعد. أغلق هذا إن لم تشارك الصفحة السابقة.",
  },
  zh: {
    elsewhere: "您正在另一个标签页中共享本店",
    elsewhereLead: "客服看到的是那个标签页，而不是这个。",
    moved: "您已在另一个标签页中继续",
    movedLead: "客服现在看到的是那个标签页，而不是这个。",
    continueHere: "在此继续",
    gone: "另一个标签页没有响应。您可以在此重新求助。",
    arrivedLead: "此页面尚未共享。如果您没有共享上一个页面，请关闭此提示。",
  },
};
