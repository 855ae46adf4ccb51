import { createRequire } from "node:module";
import { slug } from "github-slugger";
import { defineConfig } from "vitepress";
import { contents } from "./contents";

const require = createRequire(import.meta.url);

/** MiniSearch splits at blanks; Chinese has none. Serialized into the page, so it may use nothing from around it. */
function tokenize(text: string): string[] {
  const segments = new Intl.Segmenter("zh", { granularity: "word" }).segment(text);
  return Array.from(segments).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment.toLowerCase()] : []));
}

export default defineConfig({
  title: "Kubernetes storage",
  srcDir: "..",
  outDir: "./dist",
  cacheDir: "./.vitepress/cache",
  // The pages are in folders above this one, from where the packages of this one are not found.
  vite: {
    resolve: {
      alias: [
        { find: /^vue\/server-renderer$/, replacement: require.resolve("vue/server-renderer") },
        { find: /^vue$/, replacement: require.resolve("vue/dist/vue.runtime.esm-bundler.js") },
      ],
    },
  },
  srcExclude: ["site/**"],
  rewrites: { "README.md": "index.md", "en/README.md": "en/index.md", "zh/README.md": "zh/index.md" },
  cleanUrls: false,
  locales: {
    en: {
      label: "English",
      lang: "en",
      themeConfig: { sidebar: { "/en/": contents("en") } },
    },
    zh: {
      label: "中文",
      lang: "zh-CN",
      title: "Kubernetes 存储课程",
      themeConfig: {
        sidebar: { "/zh/": contents("zh") },
        outline: { label: "本页内容" },
        docFooter: { prev: "上一页", next: "下一页" },
        darkModeSwitchLabel: "外观",
        sidebarMenuLabel: "目录",
        returnToTopLabel: "返回顶部",
      },
    },
  },
  markdown: {
    // Links to headings work on GitHub, too.
    anchor: { slugify: (title) => slug(title) },
    config: (md) => {
      const { fence, link_open: link } = md.renderer.rules;
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const { info = "", content = "" } = tokens[index] ?? {};
        if (info.trim() === "mermaid") return `<MermaidDiagram code="${encodeURIComponent(content)}" />`;
        return fence?.(tokens, index, ...rest) ?? "";
      };
      md.renderer.rules.link_open = (tokens, index, ...rest) => {
        const token = tokens[index];
        // As `rewrites` calls it.
        token?.attrSet("href", token.attrGet("href")?.replace(/\bREADME\.md\b/, "index.md") ?? "");
        return link?.(tokens, index, ...rest) ?? "";
      };
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        miniSearch: { options: { tokenize } },
        locales: {
          zh: {
            translations: {
              button: { buttonText: "搜索", buttonAriaLabel: "搜索" },
              modal: {
                noResultsText: "没有结果：",
                resetButtonTitle: "清除",
                footer: { selectText: "选择", navigateText: "切换", closeText: "关闭" },
              },
            },
          },
        },
      },
    },
  },
});
