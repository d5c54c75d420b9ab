/** The few sentences that the loader itself says, in every language: it must speak before it has loaded anything. */

export type Locale = "en" | "ar" | "zh";

export interface LoaderWords {
  help: string;
  unsupported: string;
  unreachable: string;
  blocked: string;
}

const WORDS: Record<Locale, LoaderWords> = {
  en: {
    help: "Get help",
    unsupported: "Shared viewing needs a newer browser. Please update this one, or use another.",
    unreachable: "Help cannot be reached right now. Please try again in a moment.",
    blocked: "This page’s security policy (CSP) blocks the help service. Please tell the shop.",
  },
  ar: {
    help: "احصل على مساعدة",
    unsupported: "تحتاج المشاهدة المشتركة إلى متصفح أحدث. يرجى تحديث هذا المتصفح أو استخدام متصفح آخر.",
    unreachable: "لا يمكن الوصول إلى المساعدة الآن. يرجى المحاولة مرة أخرى بعد قليل.",
    blocked: "تمنع سياسة الأمان (CSP) خدمة المساعدة. يرجى إبلاغ المتجر.",
  },
  zh: {
    help: "获取帮助",
    unsupported: "共享查看需要较新的浏览器。请更新此浏览器,或用其他浏览器。",
    unreachable: "暂时无法连接到帮助服务。请稍后再试。",
    blocked: "本页的安全策略 (CSP) 阻止了帮助服务。请告知商家。",
  },
};

/** The language of a page that says `tag` of itself (BCP 47); English where we do not speak its language. */
export function wordsOf(tag: string): [Locale, LoaderWords] {
  const found = tag.slice(0, 2).toLowerCase();
  const locale: Locale = found === "ar" || found === "zh" ? found : "en";
  return [locale, WORDS[locale]];
}
