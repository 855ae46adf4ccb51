import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PROGRAMS, SECRETS } from "./config";
import { HOST_SECRETS } from "./host-secrets";

/** The JSON schema of a stack's file, for editors and for readers; made from the code that checks it. */
export function configSchema(): object {
  const programs = Object.keys(PROGRAMS);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Pulumi.<stack>.yaml of storage-lab",
    type: "object",
    properties: {
      config: {
        type: "object",
        required: ["storage-lab:program"],
        properties: {
          "storage-lab:program": { enum: programs, description: "Which program the stack runs" },
          ...Object.fromEntries(
            Object.entries(SECRETS).map(([name, { set }]) => [
              `storage-lab:${name}`,
              encrypted(`Set it with: ${set("<stack>")}`),
            ]),
          ),
          ...Object.fromEntries(
            Object.entries(PROGRAMS).map(([program, schema]) => {
              const json = z.toJSONSchema(schema, { io: "input" });
              delete json.$schema;
              return [`storage-lab:${program}`, json];
            }),
          ),
        },
        patternProperties: {
          [`^storage-lab:(${HOST_SECRETS.join("|")})-`]: encrypted("The secret of the host whose name it ends in"),
        },
      },
    },
  };
}

/** A value as Pulumi keeps it encrypted. */
function encrypted(description: string): object {
  return { type: "object", required: ["secure"], properties: { secure: { type: "string" } }, description };
}

export const SCHEMA_FILE = join(__dirname, "config.schema.json");

export const renderSchema = () => `${JSON.stringify(configSchema(), undefined, 2)}\n`;

if (require.main === module) writeFileSync(SCHEMA_FILE, renderSchema());
