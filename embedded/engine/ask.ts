import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failure } from "../../exercises/runner/failure";

const limit = 10_000;
/** Plugins want the engine's address; for a question after their version none need be there. */
const noEngine = "127.0.0.1:1";

/**
 * Asks a plugin for its version over Pulumi's plugin protocol: official providers have no flag for it, and what the
 * folder or the file is called proves nothing.
 */
export async function versionOf(kind: "language" | "resource", path: string): Promise<string> {
  const plugin = spawn(path, [noEngine], { stdio: ["ignore", "pipe", "ignore"] });
  const error = new Promise<never>((_resolve, reject) => {
    plugin.once("error", reject);
    plugin.once("exit", () => reject(new Error("it ended without an answer")));
  });
  const late = AbortSignal.timeout(limit);
  late.addEventListener("abort", () => plugin.kill("SIGKILL"));
  try {
    return await Promise.race([error, answer(kind, createInterface({ input: plugin.stdout }))]);
  } catch (error) {
    const why = late.aborted ? `no answer within ${limit / 1000} s` : (error as Error).message;
    throw new Failure(`The plugin ${path} does not tell its version: ${why}`);
  } finally {
    plugin.removeAllListeners();
    plugin.kill("SIGKILL");
  }
}

async function answer(kind: "language" | "resource", lines: AsyncIterable<string>): Promise<string> {
  // Loaded here, because they take a fifth of a second, and few runs ask.
  const { credentials } = await import("@grpc/grpc-js");
  const { LanguageRuntimeClient } = (await import("@pulumi/pulumi/proto/language_grpc_pb.js")).default;
  const { ResourceProviderClient } = (await import("@pulumi/pulumi/proto/provider_grpc_pb.js")).default;
  const { Empty } = (await import("google-protobuf/google/protobuf/empty_pb.js")).default;
  for await (const port of lines) {
    const Client = kind === "language" ? LanguageRuntimeClient : ResourceProviderClient;
    const client = new Client(`127.0.0.1:${port.trim()}`, credentials.createInsecure());
    try {
      return await new Promise((resolve, reject) =>
        client.getPluginInfo(new Empty(), (error, info) => (error ? reject(error) : resolve(info.getVersion()))),
      );
    } finally {
      client.close();
    }
  }
  throw new Error("it printed no port");
}
