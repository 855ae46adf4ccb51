import { existsSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { resolve } from "node:path";
import { Command } from "commander";
import { Failure } from "../../../exercises/runner/failure";
import { knownAs as namesOf } from "../../../operations/page/server/listen-address";
import { withPageOptions } from "../../../operations/verbs/page";
import type { Lab } from "../lab";
import { classStack, stackFile } from "../lab-files";
import { flagsOf, operateOn } from "../operations-command";

interface Options {
  port: number;
  listen: string;
  export?: string;
  handOut?: boolean;
  knownAs?: string[];
}

/** `./lab page`: the map of the sandbox's cluster, with its class where there is one. */
export const page = (lab: () => Lab): Command =>
  withPageOptions(new Command("page")).action(async ({ port, listen, export: file, handOut, knownAs }: Options) => {
    const here = lab();
    await here.running();
    const { course, infrastructure } = here.stacks;
    const classroom = classStack(here.files.home);
    const hasClass = here.hasStack(classroom) && existsSync(stackFile(classroom));
    const stack = hasClass ? classroom : course;
    const more = hasClass ? [] : ["--builds-on", infrastructure];
    if (file !== undefined) return operateOn(here, stack, ["page", ...flagsOf({ export: resolve(file) })], more);
    // Made here: the verb has the lab's network, to which no browser of this machine leads.
    const socket = await listenAt(listen, port);
    const options = { listen, handOut, descriptor: 3, knownAs: knownAs ?? namesOf(listen) };
    await operateOn(here, stack, ["page", ...flagsOf(options)], more, socket);
  });

function listenAt(address: string, port: number): Promise<Server> {
  return new Promise((done, reject) => {
    // Who connects before the page is served tries again.
    const socket = createServer((connection) => connection.destroy());
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const remedy = error.code === "EADDRINUSE" ? "Use another port: ./lab page --port 8091" : undefined;
      reject(new Failure(`The page cannot be served at ${address}, port ${port}: ${error.message}.`, remedy));
    });
    socket.listen(port, address, () => done(socket));
  });
}
