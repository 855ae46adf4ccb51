import { z } from "zod";
import { mountPathError } from "../components/index";
import { host, text, unquoted } from "./fields";

/** The key `existing`: an export that somebody else has made, on a server that the program does not log in to. */
export const existingSchema = z.strictObject({
  server: host.describe("Address or name that nodes mount from"),
  path: text(unquoted(mountPathError)).describe(
    "The export as clients see it, such as /volume1/k8s; with NFSv4 and fsid=0 on the server, / or what lies below it",
  ),
});

export type ExistingConfig = z.output<typeof existingSchema>;

interface Sources {
  nas?: unknown;
  export?: unknown;
  existing?: unknown;
}

/** What is wrong with what a config says about where the export is, if anything: one of two ways, and that whole. */
export function sourceError(settings: Sources): { path: string[]; message: string } | undefined {
  const { nas, export: exported, existing } = settings;
  const error = (key: string, message: string) => ({ path: [key], message });
  if (existing === undefined && nas === undefined) {
    const wayOut = "give nas and export; or, for an export that is there already, existing: { server, path }";
    return error("nas", `is missing, and so is existing: ${wayOut}`);
  }
  if (existing === undefined && exported === undefined) {
    return error("export", "is missing: it says to whom the host nas exports, in clients");
  }
  const both = ["nas", "export"].filter((key) => settings[key as keyof Sources] !== undefined);
  if (existing === undefined || both.length === 0) return undefined;
  return error(
    "existing",
    `is there next to ${both.join(" and ")}: take ${both.length > 1 ? "those" : "that"} out for an export that is left as it ` +
      `is, or existing for one that this stack makes`,
  );
}
