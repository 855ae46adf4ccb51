import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "../model/line";
import { TEXTS, type Text } from "./texts";

export type Language = keyof Words;

/** The language that the browser's user reads. */
export const preferred = (): Language => (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

export const LanguageContext = createContext<Language>("en");

export interface Speech {
  language: Language;
  /** A text of the page itself; `{}` in it stands for the values. */
  say: (text: Text, ...values: (string | number)[]) => string;
  /** One that came with the picture. */
  pick: (words: Words) => string;
}

export function useSpeech(): Speech {
  const language = useContext(LanguageContext);
  return {
    language,
    pick: (words) => words[language],
    say(text, ...values) {
      let index = 0;
      return TEXTS[text][language].replaceAll("{}", () => String(values[index++] ?? ""));
    },
  };
}
