import { ChildFailed } from "./child-failed";
import { explain } from "../../operations/explain-error";
import { outliveReaders } from "../../operations/closed-output";
import { endCleanlyOnSignals } from "./interrupt";
import { Lab } from "./lab";
import { LabFiles, labHome } from "./lab-files";
import { program } from "./program";
import { isLive } from "../../exercises/runner/status-line";
import { Progress } from "../../exercises/runner/progress";

async function main(): Promise<number> {
  // Meant for this process alone: `./lab exec` and Pulumi get the user's own environment.
  delete process.env.TSX_TSCONFIG_PATH;
  outliveReaders();
  const progress = new Progress(process.stderr, { live: isLive(process.stderr) });
  const { whenInterrupted } = endCleanlyOnSignals(progress);
  try {
    await program(() => new Lab(progress)).parseAsync();
    await whenInterrupted();
    return 0;
  } catch (error) {
    await whenInterrupted();
    if (error instanceof ChildFailed) return error.exitCode;
    const { text, exitCode } = explain(error, () => new LabFiles(labHome()).logs);
    process.stderr.write(text);
    return exitCode;
  }
}

void main().then((exitCode) => {
  process.exitCode = exitCode;
  // A program that a verb gave up on must not keep this one waiting.
  process.exit();
});
