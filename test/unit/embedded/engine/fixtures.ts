import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Reporter } from "../../../../exercises/runner/progress";

/** A folder of its own for one test, which removes it. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "mirror-"));
}

export function executable(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}

/** A program named `pulumi` that knows nothing but its version. */
export function fakeEngine(folder: string, version: string): string {
  return executable(join(folder, "pulumi"), `#!/bin/sh\necho v${version}\n`);
}

/** A plugin that speaks the protocol, of which it knows nothing but its version. */
export function fakePlugin(path: string, version: string): string {
  const service = path.includes("language") ? "language_grpc_pb" : "provider_grpc_pb";
  const name = path.includes("language") ? "LanguageRuntimeService" : "ResourceProviderService";
  return executable(
    path,
    `#!${process.execPath}
const grpc = require(${JSON.stringify(require.resolve("@grpc/grpc-js"))});
const { ${name} } = require(${JSON.stringify(require.resolve(`@pulumi/pulumi/proto/${service}`))});
const { PluginInfo } = require(${JSON.stringify(require.resolve("@pulumi/pulumi/proto/plugin_pb"))});
const server = new grpc.Server();
server.addService(${name}, {
  getPluginInfo(_call, answer) { const info = new PluginInfo(); info.setVersion(${JSON.stringify(version)}); answer(null, info); },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_fault, port) => console.log(port));
`,
  );
}

/** Keeps what a step notes. */
export function listener(): { report: Reporter; notes: string[] } {
  const notes: string[] = [];
  const report: Reporter = {
    step: (_title, work) => work({ waiting: () => {}, note: (line) => notes.push(line) }),
  };
  return { report, notes };
}
