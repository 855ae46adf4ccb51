import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { renderSVG } from "uqr";
import { firstCommands, type Card } from "./card";
import { speaker } from "./card-texts";
import { type CardLanguage, documentOf, html, type Html, policyOf, raw } from "./html";

/** How cards are laid out on paper. */
export interface CardsLayout {
  className: string;
  language: CardLanguage;
  /** Cards on a sheet of A4. */
  perPage: 1 | 10;
  /** When the codes open nothing any more. */
  expires: Date;
  /** How long kubeconfigs are valid. */
  hours: number;
}

/** The cards as one HTML document for paper, without scripts. */
export async function cardsPage(cards: Card[], layout: CardsLayout): Promise<string> {
  const { className, language, perPage } = layout;
  const style = await readFile(join(__dirname, "cards.css"), "utf8");
  const title = speaker(language)("title", className);
  const sheets = Array.from({ length: Math.ceil(cards.length / perPage) }, (_, index) =>
    cards.slice(index * perPage, (index + 1) * perPage),
  );
  const body = html`<main class="${perPage === 1 ? "one" : "ten"}">
    <h1>${title}</h1>
    ${sheets.map((sheet) => html`<div class="sheet">${sheet.map((card) => cardElement(card, layout))}</div>`)}
  </main>`;
  return documentOf({ language, title, style, policy: policyOf(style, ["form-action 'none'"]), body });
}

function cardElement(card: Card, { className, language, perPage, expires, hours }: CardsLayout): Html {
  const say = speaker(language);
  const until = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(expires);
  const { name, realName, namespace, code, address, link } = card;
  const isWhole = perPage === 1;
  const reset = html`<code>class reset ${name}</code>`;
  return html`<article class="card${namespace.length > LONG ? " long" : ""}">
    <header>
      <h2><bdi>${realName}</bdi></h2>
      <dl>
        ${isWhole && fact(say("class"), className)} ${fact(say("name"), name)} ${fact(say("namespace"), namespace)}
      </dl>
    </header>
    <figure role="img" aria-label="${say("qr")}">${raw(renderSVG(link, { ecc: "M", border: QUIET }))}</figure>
    <section class="get">
      <h3>${say("get")}</h3>
      <p>${say("getHow", html`<b>${address}</b>`, until)}</p>
      <p class="code">${code}</p>
      ${isWhole && [say("valid", hours), say("warning")].map((text) => html`<p>${text}</p>`)}
    </section>
    <section class="first">
      <h3>${say("first")}</h3>
      <pre>${firstCommands(name).join("\n")}</pre>
    </section>
    <section class="reset">
      ${isWhole && html`<h3>${say("reset")}</h3>`}
      <p>${isWhole ? say("resetHow", reset) : say("resetShort")}</p>
    </section>
  </article>`;
}

const fact = (name: Html, value: string): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`;

/** A namespace of more characters takes more than a line. */
const LONG = 34;

/** The border that readers need around a QR code, in modules. */
const QUIET = 4;
