import { useEffect, useRef, useState } from "preact/hooks";
import type { News } from "../model/line";
import { useSpeech } from "./language";
import { timeText } from "./time";

/** So often at most is something said aloud, in milliseconds. */
const BETWEEN = 4000;

/** What just happened, the newest first. */
export function Happened({ news }: { news: News[] }) {
  const { say, pick, language } = useSpeech();
  return (
    <section aria-labelledby="happened">
      <h2 id="happened">{say("happened")}</h2>
      {news.length === 0 && <p class="hint">{say("nothingHappened")}</p>}
      {news.length > 0 && (
        <ol class="news" tabIndex={0} aria-labelledby="happened">
          {news.toReversed().map(({ id, at, tone, text }) => (
            <li key={id} data-tone={tone}>
              <time dateTime={new Date(at).toISOString()}>{timeText(at, language)}</time>
              <span>{pick(text)}</span>
            </li>
          ))}
        </ol>
      )}
      <Announced news={news} />
    </section>
  );
}

/** For a screen reader: the last of what happened, and how much it was; not every word of a busy class. */
function Announced({ news }: { news: News[] }) {
  const { say, pick } = useSpeech();
  const [words, setWords] = useState("");
  const told = useRef(news.at(-1)?.id);
  const timer = useRef<number | undefined>(undefined);
  const announce = useRef(() => {});
  announce.current = () => {
    const last = news.at(-1);
    if (!last || last.id === told.current || timer.current !== undefined) return;
    const count = news.length - 1 - news.findIndex(({ id }) => id === told.current);
    told.current = last.id;
    setWords(count > 1 ? say("announce", count, pick(last.text)) : pick(last.text));
    timer.current = setTimeout(() => {
      timer.current = undefined;
      announce.current();
    }, BETWEEN);
  };
  useEffect(() => announce.current(), [news]);
  return (
    <p class="only-heard" aria-live="polite">
      {words}
    </p>
  );
}
