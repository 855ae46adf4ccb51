import { Command } from "commander";
import { flagsOf } from "../../../../embedded/cli/operations-command";
import { withResetOptions, type ResetFlags } from "../../../../operations/reset/options";

test.each<ResetFlags>([
  {},
  { list: true },
  { remove: "group-a" },
  { save: "group-a", from: "lesson", section: ["mysql", "nginx"], yes: true },
])("what ./lab reset is told, the operation hears: %j", (flags) => {
  const command = withResetOptions(new Command("reset"));
  command.parse(flagsOf({ ...flags }), { from: "user" });
  expect(command.opts()).toEqual(flags);
});
