import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { chosen, EVERYTHING, fromHash, isEverything, ordered, toHash, type Filter } from "./filter";
import { Classes } from "./class";
import { Filters } from "./filters";
import { Space, Tiles } from "./glance";
import { Grades } from "./grades";
import { Happened } from "./happened";
import { Away, Header, type Theme } from "./header";
import { LanguageContext, preferred, useSpeech, type Language } from "./language";
import { Map } from "./map";
import { remember, remembered } from "./remembered";
import { useStore, type Known, type Store } from "./store";
import { Troubles } from "./troubles";

const NOTHING = {};

export function App({ store }: { store: Store }) {
  const known = useStore(store);
  const [language, setLanguage] = useState<Language>(() => remembered("language", ["en", "zh"]) ?? preferred());
  const [theme, setTheme] = useState<Theme>(() => remembered("theme", ["auto", "light", "dark"]) ?? "auto");
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    remember("language", language);
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
  }, [theme]);
  return (
    <LanguageContext.Provider value={language}>
      <Page known={known} theme={theme} onTheme={setTheme} onLanguage={setLanguage} />
    </LanguageContext.Provider>
  );
}

interface PageProps {
  known: Known;
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onLanguage: (language: Language) => void;
}

function Page({ known, ...header }: PageProps) {
  const { say } = useSpeech();
  const { picture } = known;
  const title = say(known.reportOf !== undefined ? "classReport" : "title");
  const [filter, setFilter] = useFilter();
  const [wanted, setWanted] = useState<{ line: string }>();
  const groups = picture?.groups ?? NOTHING;
  const lines = useMemo(() => ordered(picture?.lines ?? {}), [picture?.lines]);
  const shown = useMemo(() => chosen(lines, groups, filter), [lines, groups, filter]);
  const show = useCallback((line: string) => {
    setFilter(EVERYTHING);
    setWanted({ line });
  }, []);
  useKeys(() => setFilter(EVERYTHING));
  // For whoever measures how long it takes.
  useEffect(() => void (picture && performance.mark("shown")), [picture !== undefined]);
  useEffect(() => {
    document.title = `${title}${picture ? ` · ${picture.title}` : ""}`;
  }, [title, picture?.title]);
  if (known.reportOf !== undefined) return <ClassReport known={known} {...header} />;
  return (
    <>
      <a class="skip" href="#map">
        {say("skip")}
      </a>
      <Header known={known} {...header} />
      <Away stream={known.stream} exportedAt={known.exportedAt} connection={picture?.connection} />
      {picture && (
        <main>
          <div class="glance">
            <Tiles lines={lines} pressed={filter.states} onPress={(states) => setFilter({ ...filter, states })} />
            <Space nas={picture.nas} lines={lines} groups={groups} />
          </div>
          <div class="now">
            <Troubles lines={lines} groups={groups} onShow={show} />
            <Happened news={picture.news} />
          </div>
          <Classes groups={groups} graded={picture.graded} grades={picture.grades} />
          {picture.graded && <Grades graded={picture.graded} grades={picture.grades} />}
          <section aria-labelledby="map" class="lines">
            <h2 id="map" tabIndex={-1}>
              {say("map")}
            </h2>
            <Filters filter={filter} onFilter={setFilter} lines={lines} groups={groups} shown={shown.length} />
            <Map
              lines={shown}
              groups={groups}
              wanted={wanted}
              empty={say(isEverything(filter) ? "noVolumes" : "noLines")}
            />
            <p class="hint keys">{say("keys")}</p>
          </section>
        </main>
      )}
    </>
  );
}

/** The class alone, for whoever wants to keep or show how it did. */
function ClassReport({ known, ...header }: PageProps) {
  const { picture } = known;
  return (
    <>
      <Header known={known} {...header} />
      {picture && (
        <main>
          <Classes groups={picture.groups} graded={picture.graded} grades={picture.grades} />
          {picture.graded && <Grades graded={picture.graded} grades={picture.grades} />}
        </main>
      )}
    </>
  );
}

/** The filter, which is kept at the end of the page's address. */
function useFilter(): [Filter, (filter: Filter) => void] {
  const [filter, setFilter] = useState(() => fromHash(location.hash));
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else history.replaceState(null, "", `#${toHash(filter)}`);
  }, [filter]);
  return [filter, setFilter];
}

/** `/` goes to the search, Escape clears what is looked for. */
function useKeys(clear: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.matches("input, select, textarea");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        document.getElementById("search")?.focus();
      }
      if (event.key === "Escape") clear();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
