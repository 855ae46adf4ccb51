import { createHash } from "node:crypto";
import { html as template, raw } from "hono/html";

/** In which languages cards are. */
export type CardLanguage = "en" | "zh";

/** A part of a document. */
export type Html = ReturnType<typeof raw>;

/** A part of a document from a template, whose values are text whatever is in them, unless they are parts themselves. */
export const html = template as (strings: TemplateStringsArray, ...values: unknown[]) => Html;

/** A text of ours as it is. */
export { raw };

/** What a document without scripts may do. @param more Directives besides. */
export function policyOf(style: string, more: string[]): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return ["default-src 'none'", "base-uri 'none'", `style-src 'sha256-${hash}'`, ...more].join("; ");
}

interface Document {
  language: CardLanguage;
  /** Text alone. */
  title: string;
  style: string;
  /** @default as the headers of the answer say */
  policy?: string;
  body: Html;
}

/** The text of a document that loads nothing. */
export function documentOf({ language, title, style, policy, body }: Document): string {
  const meta = policy && html`<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  const head = html`<meta charset="utf-8" />
    ${meta}
    <title>${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />`;
  // No formatter of sources may get at the style, whose hash is in the policy.
  const styled = raw(`<style>${style}</style>`);
  return `<!doctype html>${html`<html lang="${language}">
    <head>
      ${head}${styled}
    </head>
    <body>
      ${body}
    </body>
  </html>`}\n`;
}
