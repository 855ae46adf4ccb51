import { z } from "zod";
import { DEFAULT_EXPORT_OPTIONS } from "../components/index";
import { COURSE_PROFILE } from "./course/course-profile";
import { clients, exportPath, mode } from "./fields";

/** Options of exports(5) by the config's `export.profile`. */
export const EXPORT_PROFILES = { course: COURSE_PROFILE.exportOptions, safe: DEFAULT_EXPORT_OPTIONS };

/** The key `export`: what the NAS serves, and to whom. */
export const exportSchema = z.strictObject({
  path: exportPath.default("/nfs").describe("The folder to export"),
  clients: clients.describe("Networks (CIDR), addresses or names that may mount it"),
  profile: z
    .enum(["course", "safe"])
    .default("course")
    .describe(`course: ${COURSE_PROFILE.exportOptions}, for teaching only; safe: ${DEFAULT_EXPORT_OPTIONS}`),
  mode: mode
    .default(COURSE_PROFILE.exportMode)
    .describe("Mode of the folder, in quotes. The provisioner must be able to write, with safe as nobody"),
  clientWait: z.int().min(0).max(900).default(120).describe("Seconds to wait for clients before it is withdrawn"),
});
