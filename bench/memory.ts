import { readdirSync, readFileSync } from "node:fs";

/** Pause between two samples, in milliseconds. */
const PAUSE = 500;

/** Follows the memory of a process and of all that it has started. */
export class PeakMemory {
  private peak = 0;
  private own = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.timer = setInterval(() => this.sample(), PAUSE);
  }

  /** Ends it, and returns the largest sum seen, in MiB: of PSS, in which what processes share counts once. */
  end(): number {
    clearInterval(this.timer);
    return Math.round(this.peak / 1024);
  }

  /** How much of {@link end} was of the process itself, in MiB. */
  get ofProcess(): number {
    return Math.round(this.own / 1024);
  }

  private sample(): void {
    const sum = [...treeOf(this.root)].reduce((total, pid) => total + pssOf(pid), 0);
    if (sum <= this.peak) return;
    this.peak = sum;
    this.own = pssOf(this.root);
  }
}

/** The process, and all that it has started that are there. */
export function treeOf(root: number): Set<number> {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(entry);
    if (parent !== undefined) parents.set(Number(entry), parent);
  }
  const tree = new Set([root]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  return tree;
}

function parentOf(pid: string): number | undefined {
  // The program's name, in parentheses, may hold anything.
  return numberIn(`/proc/${pid}/stat`, /\) \S (\d+)/);
}

function pssOf(pid: number): number {
  return numberIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m) ?? 0;
}

/** Nothing of a process that has ended. */
function numberIn(path: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(path, "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
