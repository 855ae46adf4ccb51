import { Command, InvalidArgumentError, Option } from "commander";
import { exportPage, page as serve } from "../page/page";
import type { PageLab } from "../page/page-lab";
import { PAGE_PORT } from "../page/server/listen-address";

/** Opens what the command line names and runs a verb on it. */
export type WithPageLab = (work: (lab: PageLab) => Promise<number | void>) => Promise<void>;

interface Options {
  listen: string;
  port: number;
  export?: string;
  handOut?: boolean;
  descriptor?: number;
  knownAs?: string[];
}

/** `page`: where every byte lives, on one page that follows the cluster. */
export const page = (withPageLab: WithPageLab): Command =>
  withPageOptions(new Command("page"))
    // For ./lab, whose network is another one.
    .addOption(new Option("--descriptor <number>").argParser(Number).hideHelp())
    .action(({ listen, port, export: file, handOut, descriptor, knownAs }: Options) =>
      withPageLab(async (lab) => {
        if (file === undefined) {
          const say = (line: string) => void process.stdout.write(`${line}\n`);
          return serve(
            lab,
            { address: listen, port, descriptor, names: knownAs?.map((name) => name.toLowerCase()) },
            say,
            handOut,
          );
        }
        await exportPage(lab, file);
        process.stdout.write(`The page is in ${file}\n`);
      }),
    );

/** The options that a user gives. */
export const withPageOptions = (command: Command): Command =>
  command
    .summary("serve a page that shows where every byte lives, what is wrong, and what just happened")
    .option("--port <number>", "port to serve at; 0 takes any that is free", portOf, PAGE_PORT)
    .option(
      "--listen <address>",
      "address to serve at; others than this machine's own are over TLS, with a token",
      "127.0.0.1",
    )
    .option("--known-as <name...>", "names and addresses by which it is opened (default: this machine's)")
    .addOption(
      new Option(
        "--hand-out",
        "also give each student of the class their kubeconfig, once, for the code on their card (class cards)",
      ).conflicts("export"),
    )
    .option("--export <file>", "write the page as it is now into one HTML file, and end");

function portOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return number;
}
