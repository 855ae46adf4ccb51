import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { init } from "echarts";
import { type Measure, PEERS, VERBS, type What } from "./measure";

const BEGIN = "<!-- npm run bench writes from here -->";
const END = "<!-- to here -->";
const PAIRS: [What, What][] = [
  ["up", "kubectl apply"],
  ["up", "helm install"],
  ["down", "kubectl delete"],
];

/** Writes the table and the plot of all measures of a folder into docs/performance.md. */
export function writeReport(folder: string, docs: string): void {
  const file = join(folder, "measures.jsonl");
  if (!existsSync(file)) return;
  const measures = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Measure);
  writeFileSync(join(docs, "performance-class.svg"), plot(measures));
  const path = join(docs, "performance.md");
  const text = readFileSync(path, "utf8");
  const [before, rest] = text.split(BEGIN);
  const [, after] = (rest ?? "").split(END);
  if (rest === undefined || after === undefined) throw new Error(`${path} has no place for the table`);
  writeFileSync(
    path,
    `${before}${BEGIN}\n\n${table(measures)}\n\n![Times by number of students](performance-class.svg)\n\n${END}${after}`,
  );
}

function table(measures: Measure[]): string {
  const sizes = [...new Set(measures.map(({ students }) => students))].sort((one, other) => one - other);
  const rows = [...VERBS, ...PEERS].map((what) => [what, ...sizes.map((size) => cell(of(measures, what, size)))]);
  const ratios = PAIRS.map(([own, peer]) => [
    `${own} : ${peer}`,
    ...sizes.map((size) => ratio(of(measures, own, size), of(measures, peer, size))),
  ]);
  const peaks = ["most memory of up (PSS)", ...sizes.map((size) => memory(of(measures, "up", size)))];
  const loads = [
    "load of the machine",
    ...sizes.map((size) => range(measures.filter(({ students }) => students === size))),
  ];
  const head = ["", ...sizes.map((size) => `${size} students`)];
  return [head, head.map(() => "---"), ...rows, ...ratios, peaks, loads]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

const of = (measures: Measure[], what: What, students: number) =>
  measures.filter((each) => each.what === what && each.students === students);

function cell(measures: Measure[]): string {
  if (measures.length === 0) return "–";
  return `${measures.map(({ seconds }) => seconds.toFixed(seconds < 100 ? 1 : 0)).join(", ")} s`;
}

/** Of what was measured one after the other. */
function ratio(own: Measure[], peers: Measure[]): string {
  const ratios = own.flatMap(({ seconds }, index) =>
    peers[index] ? [(seconds / peers[index].seconds).toFixed(2)] : [],
  );
  return ratios.join(", ") || "–";
}

function memory(measures: Measure[]): string {
  const peak = Math.max(0, ...measures.map(({ peak = 0 }) => peak));
  return peak > 0 ? `${peak} MiB` : "–";
}

function range(measures: Measure[]): string {
  const loads = measures.map(({ load }) => load);
  return `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
}

function plot(measures: Measure[]): string {
  const series = [...VERBS, ...PEERS].flatMap((what) => {
    const own = measures.filter((each) => each.what === what);
    if (own.length === 0) return [];
    const data = own.map(({ students, seconds }) => [students, seconds]).sort(([one = 0], [other = 0]) => one - other);
    const isPeer = (PEERS as readonly string[]).includes(what);
    return [
      {
        name: what,
        type: "line" as const,
        data,
        lineStyle: { type: isPeer ? ("dashed" as const) : ("solid" as const) },
      },
    ];
  });
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 860, height: 480 });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    grid: { left: 70, right: 190, top: 30, bottom: 60 },
    legend: { orient: "vertical", right: 10, top: "middle" },
    xAxis: { type: "log", name: "students", nameLocation: "middle", nameGap: 30, min: 10 },
    yAxis: { type: "log", name: "seconds", min: 1 },
    series,
  });
  const svg = `${chart.renderToSVGString()}\n`;
  // Its timer would keep the process.
  chart.dispose();
  return svg;
}
