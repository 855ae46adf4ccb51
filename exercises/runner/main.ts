import { Command } from "commander";
import { KubernetesCluster } from "../cluster/kubernetes-cluster";
import { courseSettings, type Settings } from "./course-settings";
import { runProgram } from "./run-program";
import { verify, type VerifyOptions, withVerifyOptions } from "./verify";

function commandLine(): Command {
  const command = withVerifyOptions(new Command("exercises"))
    .description("Runs the storage course's exercises on a cluster. Needs only a kubeconfig.")
    .option("--tools-image <image>", "image of the pods that exercises start (default: the course's Redis image)");
  for (const [key, value] of Object.entries(courseSettings) as [string, string | string[]][]) {
    const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.option(`--${flag} <name${Array.isArray(value) ? "..." : ""}>`, "", value);
  }
  return command;
}

const program = commandLine();
runProgram(program, () => {
  const options = program.opts<VerifyOptions & Settings>();
  return verify(options, options, () => KubernetesCluster.connect());
});
