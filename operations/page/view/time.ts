import type { Language } from "./language";

const LOCALES: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

/** The time of day; with the date where that is another one. */
export function timeText(time: number | string, language: Language): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false } as const;
  const day = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false } as const;
  return date.toLocaleString(LOCALES[language], isToday ? clock : day);
}
