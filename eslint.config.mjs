import eslint from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Folders that may not be imported from a folder: dependencies point one way, see docs/architecture.md. */
const forbidden = {
  components: ["multi-language", "stacks", "exercises", "embedded", "examples", "test", "index.ts"],
  "multi-language": ["stacks", "exercises", "embedded", "examples", "test", "index.ts"],
  stacks: ["multi-language", "exercises", "embedded", "examples", "test", "index.ts"],
  exercises: ["components", "multi-language", "stacks", "embedded", "examples", "test", "index.ts"],
  examples: ["multi-language", "stacks", "exercises", "embedded", "test", "index.ts"],
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
    // Data without imports: names that the stack and the exercises share.
    ...(target === "exercises" && from === "stacks" && { except: ["./course/course-names.ts"] }),
    message: `${target}/ may not import from ${from}: dependencies point one way (docs/architecture.md).`,
  })),
);

/** `components/package.json` sends an import of the folder to dist/, which only the package has. */
const libraryEntry = {
  regex: "(^|/)components/?$",
  message: 'Import the entry file itself, "…/components/index": the folder stands for the compiled package.',
};

export default tseslint.config(
  { ignores: ["node_modules", ".lab*", "reports", "components/dist"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.mjs", "*.cjs"] } } },
    plugins: { "import-x": importX },
    // Without it imports of TypeScript files are not resolved, and no rule about them ever finds anything.
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".mjs", ".js"] } } },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-extraneous-dependencies": "error",
      "no-restricted-imports": ["error", { patterns: [libraryEntry] }],
      // A pulumi.Output in a template literal renders as "Calling [toString] on an [Output<T>]…": use pulumi.interpolate.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-base-to-string": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    // What runs where npm installs no devDependencies: on own hosts, and in programs of others.
    files: ["index.ts", "stacks/**", "components/**/*.ts", "examples/**"],
    rules: { "import-x/no-extraneous-dependencies": ["error", { devDependencies: false, includeTypes: true }] },
  },
  // Its types come with the package that it depends on, which is not installed here; a test compiles it where it is.
  { files: ["examples/another-repository/**"], extends: [tseslint.configs.disableTypeChecked] },
  { files: ["**/*.mjs", "**/*.cjs"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { require: "readonly" } },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
