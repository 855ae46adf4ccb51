import { join } from "node:path";

/** What the browser runs, made when the page starts. */
export interface Assets {
  script: string;
  style: string;
}

/** Bundles the view. */
export async function bundle(): Promise<Assets> {
  const { build, stop } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "../view/main.tsx")],
    bundle: true,
    minify: true,
    write: false,
    outdir: "page",
    format: "iife",
    target: ["es2022"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  });
  await stop();
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: textOf(".js"), style: textOf(".css") };
}
