import { randomUUID } from "node:crypto";
import type { ClusterObjects } from "../model/cluster-objects";
import type { HostFacts } from "../model/host-facts";
import type { Connection, Nas, News, Picture, PictureChange } from "../model/line";
import { whatHappened } from "../model/news";
import { NEWS, Shown } from "../model/picture-change";
import { pictureOf } from "../model/picture";
import type { Grades } from "./grades-file";

/** How many changes are kept. */
const CHANGES = 300;

/** What the picture is made from at this moment. */
export interface Seen {
  objects: ClusterObjects;
  facts: HostFacts;
  connection: Connection;
  nas: Nas;
  /** What the grader has found. @default it has not run */
  grades?: Grades;
}

/** A change, and what it leads to. */
export interface Numbered {
  /** Names the state that the page is in afterwards; another run of the server has other names. */
  id: string;
  change: PictureChange;
}

/** Makes the picture anew when something changed, and hands out what is different. */
export class PictureKeeper {
  private readonly shown = new Shown();
  private readonly run = randomUUID().slice(0, 8);
  private readonly changes: Numbered[] = [];
  private readonly listeners = new Set<(numbered: Numbered) => void>();
  private readonly state: Picture;
  private count = 0;
  private newsCount = 0;
  /** Whether a first picture is there: what was so before happens to nobody. */
  private begun = false;

  constructor(title: string) {
    const connection = { live: false, since: Date.now() };
    this.state = { title, connection, nas: { storages: [] }, groups: {}, lines: {}, news: [], grades: {} };
  }

  get picture(): Picture {
    return this.state;
  }

  get id(): string {
    return `${this.run}-${this.count}`;
  }

  /** The changes since a state; undefined where that is unknown, or too long ago. */
  since(id: string): Numbered[] | undefined {
    if (id === this.id) return [];
    const [oldest] = this.changes;
    const index = this.changes.findIndex((numbered) => numbered.id === id);
    if (index >= 0) return this.changes.slice(index + 1);
    return oldest && oldest.id === `${this.run}-1` && id === `${this.run}-0` ? [...this.changes] : undefined;
  }

  onChange(listener: (numbered: Numbered) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param now Milliseconds since 1970. */
  update({ objects, facts, connection, nas, grades: found }: Seen, now = Date.now()): void {
    const { lines, groups } = pictureOf(objects, facts, now);
    const news = this.begun ? this.newsOf(lines, now) : [];
    this.begun ||= connection.live;
    const { graded, students: grades = {} } = found ?? {};
    const change: PictureChange = {
      ...this.shown.update({ lines, groups, grades }),
      ...(!same(connection, this.state.connection) && { connection }),
      ...(!same(nas, this.state.nas) && { nas }),
      ...(news.length > 0 && { news }),
      ...(graded && !same(graded, this.state.graded) && { graded }),
    };
    const allNews = [...this.state.news, ...news].slice(-NEWS);
    Object.assign(this.state, { lines, groups, connection, nas, graded, grades, news: allNews });
    if (Object.keys(change).length > 0) this.publish(change);
  }

  private newsOf(lines: Picture["lines"], at: number): News[] {
    const told = whatHappened(this.state.lines, lines).slice(-NEWS);
    return told.map((each) => ({ ...each, id: `${this.run}-${++this.newsCount}`, at }));
  }

  private publish(change: PictureChange): void {
    this.count += 1;
    const numbered = { id: this.id, change };
    this.changes.push(numbered);
    if (this.changes.length > CHANGES) this.changes.shift();
    for (const listener of this.listeners) listener(numbered);
  }
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
