import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { LanguageServer } from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

/** A program that runs in this process while it is served. */
export interface InlineProgram {
  /** Tells Pulumi's command line where it is. */
  flag: string;
  /** What the program threw, if anything: Pulumi itself prints that with words of its own around. */
  error: () => Error | undefined;
  close: () => void;
}

/**
 * Serves a program to Pulumi from this process, as the Automation API does: a Node of its own for each run would first load
 * some thousand modules again. Programs of several runs at a time do not meet.
 */
export async function serveProgram(program: PulumiFn): Promise<InlineProgram> {
  let thrown: Error | undefined;
  const noted: PulumiFn = async () => {
    try {
      return await program();
    } catch (error) {
      thrown = error as Error;
      throw error;
    }
  };
  // Inputs of a large program do not fit into gRPC's default of 4 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  server.addService(LanguageRuntimeService, new LanguageServer(noted));
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { flag: `--client=127.0.0.1:${port}`, error: () => thrown, close: () => server.forceShutdown() };
}
