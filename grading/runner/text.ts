/** What people read, in the languages of the course. */
export interface Text {
  en: string;
  zh: string;
}

export type Language = keyof Text;

export const LANGUAGES: Language[] = ["en", "zh"];

/** Several texts as one, in each language. */
export function joined(texts: Text[], separator: Text = { en: " ", zh: "" }): Text {
  const of = (language: Language) => texts.map((text) => text[language]).join(separator[language]);
  return { en: of("en"), zh: of("zh") };
}
