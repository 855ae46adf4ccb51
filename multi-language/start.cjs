// Where the plugin starts. The SDK's own loader would type-check what it loads, the library and all that it imports, at each
// start; `npm run typecheck` has done that. So the TypeScript is only translated, index.ts first: the SDK finds the schema's
// classes from there.
const { transformFileSync } = require("@swc/core");

const options = {
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "commonjs" },
  sourceMaps: "inline",
};
require.extensions[".ts"] = (module, file) => module._compile(transformFileSync(file, options).code, file);
require("./index.ts");
