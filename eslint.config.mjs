import eslint from "@eslint/js";
import checkFile from "eslint-plugin-check-file";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** One error, one wait and one way to show progress for all that runs. */
const telling = ["failure", "last-words", "poll", "progress", "status-line", "wait"].map(
  (name) => `exercises/runner/${name}.ts`,
);

/**
 * What each part of the project may import besides packages and itself: dependencies point one way, see
 * docs/architecture.md. A path of a file lets that file alone be imported.
 */
export const mayImport = {
  "index.ts": ["stacks"],
  components: [],
  // The library's public entry alone, as its users do.
  stacks: ["components/index.ts"],
  // The names of the course's objects are written once, and a config names its cluster in one way.
  exercises: ["stacks/course/course-names.ts", "stacks/kubeconfig.ts"],
  // Names of a class's objects are the library's; how a cluster is spoken to is the exercises'.
  grading: ["components/index.ts", "exercises"],
  // The scripts that the components hand out are run again here; marks, quantities and SSH's errors have one meaning.
  operations: [
    "components/index.ts",
    "components/nfs/as-root.ts",
    "components/nfs/connection-errors.ts",
    "components/nfs/export-path.ts",
    "components/nfs/host-address.ts",
    "components/nfs/mount-cause.ts",
    "components/nfs/script-text.ts",
    "components/nfs/shell-quote.ts",
    "components/nfs/nfs-snapshot.ts",
    "components/nfs/export-pod.ts",
    "components/storage/quantity.ts",
    "exercises",
    "grading",
    "stacks",
  ],
  examples: ["components/index.ts"],
  "multi-language": ["components/index.ts"],
  docs: [],
  bench: ["exercises", "operations", "embedded/cli/lab-files.ts", "embedded/toolkit"],
  "embedded/toolkit": telling,
  "embedded/engine": ["embedded/toolkit", ...telling],
  "embedded/sandbox": ["embedded/toolkit", ...telling],
  "embedded/cli": [
    "components",
    "stacks",
    "exercises",
    "operations",
    "embedded/toolkit",
    "embedded/engine",
    "embedded/sandbox",
  ],
};

const parts = [...Object.keys(mayImport), "test"];

const zones = Object.entries(mayImport).flatMap(([target, allowed]) =>
  parts
    .filter((from) => from !== target && !allowed.includes(from))
    .map((from) => ({
      target: `./${target}`,
      from: `./${from}`,
      except: allowed.filter((path) => path.startsWith(`${from}/`)).map((path) => `.${path.slice(from.length)}`),
      message: `${target} may not import from ${from}: dependencies point one way (docs/architecture.md).`,
    })),
);

/** Lower case and digits, words joined by hyphens; a number may come first. */
const kebabCase = "+([a-z0-9])*(-+([a-z0-9]))";

/** `components/package.json` sends an import of the folder to dist/, which only the package has. */
const libraryEntry = {
  regex: "(^|/)components/?$",
  message: 'Import the entry file itself, "…/components/index": the folder stands for the compiled package.',
};

export default tseslint.config(
  // The site's generator is a package of its own, which the project's npm ci does not install.
  { ignores: ["docs/course/site", "**/node_modules", "**/dist", ".lab*", ".storage-lab", ".test-tmp", "reports"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.mjs", "*.cjs"] } } },
    plugins: { "import-x": importX, "check-file": checkFile },
    // Without it imports of TypeScript files are not resolved, and no rule about them ever finds anything.
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".mjs", ".js"] } } },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-extraneous-dependencies": ["error", { includeTypes: true }],
      "check-file/filename-naming-convention": [
        "error",
        { "**/*.{ts,mts,cts,js,mjs,cjs}": kebabCase },
        { ignoreMiddleExtensions: true },
      ],
      "check-file/folder-naming-convention": ["error", { "**/": kebabCase }],
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
    files: [
      "index.ts",
      "components/**",
      "multi-language/**",
      "stacks/**",
      "examples/**",
      "exercises/**",
      "grading/**",
      "operations/**",
    ],
    rules: { "import-x/no-extraneous-dependencies": ["error", { includeTypes: true, devDependencies: false }] },
  },
  // Its packages are the project's: it runs from this folder alone.
  {
    files: ["multi-language/**"],
    rules: {
      "import-x/no-extraneous-dependencies": ["error", { includeTypes: true, devDependencies: false, packageDir: "." }],
    },
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
