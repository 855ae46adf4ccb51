import { classroom } from "./stacks/classroom/classroom";
import { shard } from "./stacks/classroom/shard";
import { readConfig } from "./stacks/config";
import { course } from "./stacks/course/course";
import { infrastructure } from "./stacks/infrastructure";

/** Runs the program that the stack's config names; what it returns is what `pulumi stack output` shows. */
export = async () => {
  const config = readConfig();
  switch (config.program) {
    case "infrastructure":
      return infrastructure(config.settings);
    case "course":
      return course(config.settings);
    case "classroom":
      return classroom(config.settings);
    case "shard":
      return shard(config.settings);
  }
};
