import type { Picture } from "../model/line";
import { useSpeech, type Language } from "./language";
import type { Known } from "./store";
import { timeText } from "./time";

export type Theme = "auto" | "light" | "dark";

const THEMES = { auto: "themeAuto", light: "themeLight", dark: "themeDark" } as const;

interface HeaderProps {
  known: Known;
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onLanguage: (language: Language) => void;
}

export function Header({ known, theme, onTheme, onLanguage }: HeaderProps) {
  const { say, language } = useSpeech();
  const next = { auto: "light", light: "dark", dark: "auto" }[theme] as Theme;
  return (
    <header class="top">
      <div>
        <h1>{say(known.reportOf !== undefined ? "classReport" : "title")}</h1>
        <p class="lead">
          {say(known.reportOf !== undefined ? "classReportLead" : "lead")}
          {known.picture && <span class="of"> · {known.picture.title}</span>}
        </p>
      </div>
      <div class="controls">
        <Status known={known} />
        <button
          type="button"
          lang={language === "en" ? "zh" : "en"}
          onClick={() => onLanguage(language === "en" ? "zh" : "en")}
        >
          {say("otherLanguage")}
        </button>
        <button type="button" onClick={() => onTheme(next)}>
          {say("theme")}: {say(THEMES[theme])}
        </button>
        <button type="button" onClick={() => window.print()}>
          {say("print")}
        </button>
      </div>
    </header>
  );
}

function Status({ known: { stream, picture, exportedAt } }: { known: Known }) {
  const { say, language } = useSpeech();
  if (exportedAt !== undefined) return <p class="status">{say("exported", timeText(exportedAt, language))}</p>;
  const isLive = stream === "open" && picture?.connection.live;
  const isAway = stream === "lost" || (picture && !picture.connection.live);
  return <p class={`status ${isLive ? "live" : isAway ? "lost" : ""}`}>{say(isLive ? "live" : "connecting")}</p>;
}

/** Says when what is shown may be old, and why. */
export function Away({ stream, connection, exportedAt }: Pick<Known, "stream" | "exportedAt"> & Partial<Picture>) {
  const { say, language } = useSpeech();
  const isLost = exportedAt === undefined && stream === "lost";
  const isAway = connection && !connection.live;
  return (
    <div role="status">
      {isLost && <p class="away">{say("ended")}</p>}
      {!isLost && isAway && (
        <p class="away">
          {say("away", timeText(connection.since, language))}
          {connection.reason && <span class="reason"> {connection.reason}</span>}
        </p>
      )}
    </div>
  );
}
