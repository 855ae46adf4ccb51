import eslint from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Folders that may not be imported from a folder: dependencies point one way, see docs/architecture.md. */
const forbidden = {
  components: ["stacks", "exercises", "embedded", "examples", "test", "index.ts"],
  stacks: ["exercises", "embedded", "examples", "test", "index.ts"],
  exercises: ["components", "stacks", "embedded", "examples", "test", "index.ts"],
  examples: ["stacks", "exercises", "embedded", "test", "index.ts"],
  "embedded/toolkit": [
    "components",
    "stacks",
    "exercises",
    "embedded/sandbox",
    "embedded/engine",
    "embedded/cli",
    "test",
    "index.ts",
  ],
  "embedded/engine": ["components", "stacks", "exercises", "embedded/sandbox", "embedded/cli", "test", "index.ts"],
  "embedded/sandbox": ["components", "stacks", "exercises", "embedded/engine", "embedded/cli", "test", "index.ts"],
  "embedded/cli": ["test", "index.ts"],
};

const zones = Object.entries(forbidden).flatMap(([target, sources]) =>
  sources.map((from) => ({
    target: `./${target}`,
    from: `./${from}`,
    message: `${target}/ may not import from ${from}: dependencies point one way (docs/architecture.md).`,
  })),
);

export default tseslint.config(
  { ignores: ["**/node_modules", "**/dist", ".lab*", ".test-tmp", "reports"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.mjs", "*.cjs"] } } },
    plugins: { "import-x": importX },
    // Without it imports of TypeScript files are not resolved, and no rule about them ever finds anything.
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".mjs", ".js"] } } },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      // A pulumi.Output in a template literal renders as "Calling [toString] on an [Output<T>]…": use pulumi.interpolate.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-base-to-string": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  { files: ["**/*.mjs", "**/*.cjs"], extends: [tseslint.configs.disableTypeChecked] },
);
