import { createHash } from "node:crypto";
import type { Picture } from "../model/line";
import type { Assets } from "./assets";

/** Nothing but what the page itself brings; nobody may frame it or send forms from it. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'";

/** The policy of the page as it is served. */
export const SERVED_POLICY =
  `${NOTHING}; frame-ancestors 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; ` +
  "require-trusted-types-for 'script'; trusted-types 'none'";

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0b6e69"/>' +
  '<path d="M3 8h10M8 3v10" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>';

/** The page as it is served: what it shows comes by events. */
export const servedPage = (): string =>
  page({
    head:
      '<link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/page.css">' +
      '<script src="/page.js" defer></script>',
    body: "",
  });

/**
 * The page as one file, with all that it shows in it.
 *
 * @param reportOf A class: the file is a report of it, and has nothing else. @default the whole page
 */
export function exportedPage(whole: Picture, { script, style }: Assets, reportOf?: string, at = new Date()): string {
  // Between tags a script is ended by what a string of it may well say.
  const code = script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const policy = `${NOTHING}; script-src '${hash(code)}'; style-src '${hash(style)}'`;
  const picture = reportOf === undefined ? whole : classAlone(whole, reportOf);
  const data = JSON.stringify({ at: at.toISOString(), reportOf, picture }).replaceAll("<", "\\u003c");
  return page({
    head: `<meta http-equiv="Content-Security-Policy" content="${policy}"><style>${style}</style>`,
    body: `<script type="application/json" id="picture">${data}</script><script>${code}</script>`,
  });
}

/** Without what is of no student of the class. */
function classAlone({ title, connection, groups, graded, grades }: Picture, className: string): Picture {
  const own = Object.entries(groups).filter(([, group]) => group.className === className);
  const isGraded = graded?.class === className;
  return {
    ...{ title, connection, nas: { storages: [] }, lines: {}, news: [] },
    groups: Object.fromEntries(own),
    ...(isGraded && { graded }),
    grades: isGraded ? grades : {},
  };
}

const hash = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const page = ({ head, body }: { head: string; body: string }): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Storage map</title>' +
  '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">' +
  `<meta name="referrer" content="no-referrer">${head}</head><body><div id="page"></div>${body}</body></html>\n`;
