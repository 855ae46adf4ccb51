import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../embedded/cli/lab-files";
import { Sandbox } from "../../embedded/sandbox/sandbox";
import type { StudentRecord } from "../../stacks/classroom/students";
import type { Place } from "./attacks/act";
import { Actors } from "./attacks/actors";
import { wentWell } from "./expectations";
import type { Ended, RunningLab, TestLab } from "./test-lab";
import { classroomSettings, sandboxFacts, type Settings, TestStack } from "./test-stack";

/** A class on the test's lab, worked by the verbs of `./storage-lab` as on hosts of one's own. */
export class TestClass {
  readonly stack: TestStack;
  /** What `class up` makes for the students, who are few. */
  private readonly shard: TestStack;
  private readonly folder = mkdtempSync(join(tmpdir(), "storage-lab-class-"));

  constructor(
    private readonly lab: TestLab,
    private readonly infrastructure: TestStack,
    readonly name: string,
  ) {
    this.stack = new TestStack(lab, "classroom", name);
    this.shard = new TestStack(lab, "shard", this.stack.name, "-1");
  }

  /** Makes its stack, with these settings besides those of the sandbox. */
  async init(settings: Settings): Promise<void> {
    await this.stack.init({
      ...(await classroomSettings(this.lab, this.infrastructure.name)),
      class: this.name,
      ...settings,
    });
  }

  /** `./storage-lab class …` of the class, to its end. */
  verb(...words: string[]): Promise<Ended> {
    return this.lab.run(this.words(words));
  }

  /** `class up` with a roster of this content. */
  up(roster: string, ...words: string[]): Promise<Ended> {
    return this.verb("up", "--roster", this.file(roster), ...words);
  }

  /** The same without waiting for its end. */
  startUp(roster: string): RunningLab {
    return this.lab.start(this.words(["up", "--roster", this.file(roster)]));
  }

  /** Who is recorded; the file's text where nothing else than its staying the same counts. */
  get record(): StudentRecord {
    return parse(this.recordText) as StudentRecord;
  }

  get recordText(): string {
    return existsSync(this.recordFile) ? readFileSync(this.recordFile, "utf8") : "";
  }

  /** How often the engine was at work for it. */
  updates(): number {
    return this.stack.updates() + this.shard.updates();
  }

  /** Those who act: a student against another one. */
  async actors(student: string, other: string, inodes: number): Promise<Actors> {
    const { nas, nodes, images, kubeconfig } = await sandboxFacts(this.lab);
    const [node] = nodes;
    const place: Place = {
      className: this.name,
      own: `${this.name}-${student}`,
      other: `${this.name}-${other}`,
      outside: `outside-${student}`,
      server: nas.address,
      path: `/nfs/${this.name}`,
      storageClass: `${this.name}-csi`,
      otherClass: "nfs-client",
      image: images.redis,
      nfsImage: images.nfsTools,
      node: node?.name ?? "",
      nodeAddress: node?.address ?? "",
      controlPlane: "192.168.110.1",
      inodes,
    };
    const environment = { ...process.env, KUBECONFIG: kubeconfig, PATH: `${this.lab.files.bin}:${process.env.PATH}` };
    const enter = (command: string[]) => new Sandbox(this.lab.home).enter(command);
    const { stdout } = wentWell(await this.verb("kubeconfig", student));
    return new Actors(place, { enter, environment }, stdout);
  }

  /** uids of the pods of a student's Redis, by their names. */
  async pods(student: string): Promise<string[]> {
    const { items } = JSON.parse(
      await this.lab.kubectl("get", "pods", `--namespace=${this.name}-${student}`, "--output=json"),
    ) as { items: { metadata: { name: string; uid: string } }[] };
    return items
      .filter(({ metadata }) => /^redis-/.test(metadata.name))
      .map(({ metadata }) => metadata.uid)
      .sort();
  }

  /** Forgets it; it must be down before. */
  async remove(): Promise<void> {
    await this.shard.remove();
    await this.stack.remove();
    rmSync(this.recordFile, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  private words(words: string[]): string[] {
    return ["exec", "--", "./storage-lab", "--stack", this.stack.name, "class", ...words];
  }

  private file(roster: string): string {
    const file = join(this.folder, "roster.csv");
    writeFileSync(file, roster);
    return file;
  }

  private get recordFile(): string {
    return join(projectRoot, `${this.stack.name}.students.yaml`);
  }
}
