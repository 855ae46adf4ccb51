import { HAND_OUT } from "../../cards/card";
import { type CardText, speaker } from "../../cards/card-texts";
import { type CardLanguage, documentOf, html, policyOf } from "../../cards/html";

const STYLE = `:root{color-scheme:light dark}
body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem}
label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}
input{font-family:ui-monospace,monospace;padding:.5rem;margin:.3rem 0 1rem}
button{padding:.7rem;cursor:pointer}
[role=alert]{border:.15rem solid;padding:.6rem}`;

/** The policy of the page that hands out: it sends its form to where it comes from, and nothing else. */
export const HAND_OUT_POLICY = policyOf(STYLE, ["form-action 'self'", "frame-ancestors 'none'"]);

/** What is said above the form: a text and its value. */
export type Notice = [text: CardText, value?: number];

/** The page with the form, which works without scripts. @param code Is in the form already. @default nothing */
export function handOutPage(language: CardLanguage, code?: string, notice?: Notice): string {
  const say = speaker(language);
  const title = say("handOut");
  const body = html`<main>
    <h1>${title}</h1>
    ${notice && html`<p role="alert">${say(...notice)}</p>`}
    <p>${say("handOutHow")}</p>
    <form method="post" action="${HAND_OUT}">
      <label for="code">${say("code")}</label>
      <input
        id="code"
        name="code"
        value="${code}"
        required
        maxlength="60"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
      />
      <button>${say("button")}</button>
    </form>
  </main>`;
  return documentOf({ language, title, style: STYLE, body });
}
