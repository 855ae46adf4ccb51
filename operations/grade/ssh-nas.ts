import DataLoader from "dataloader";
import type { HostCheck } from "../../components/index";
import { shellQuote } from "../../components/nfs/shell-quote";
import { Failure } from "../../exercises/runner/failure";
import { lookScript, type Nas, type NasDirectory, type NasLook, readLook } from "../../grading/cluster/nas";
import type { Hosts } from "../hosts/hosts";

/** Longest look at a directory, in seconds. */
const LOOK = 30;

/** How long a look waits for others that can share its login, in milliseconds; and how many share one. */
const GATHER = 200;
const MOST = 20;

/** Looks at students' directories on the NAS itself, as root. */
export class SshNas {
  private readonly loader: DataLoader<string, string>;

  /** @param check Of the script that has made the students' directories. */
  constructor(
    private readonly hosts: Hosts,
    private readonly check: HostCheck,
  ) {
    const batchScheduleFn = (run: () => void) => void setTimeout(run, GATHER);
    this.loader = new DataLoader((texts) => this.ask(texts), { cache: false, maxBatchSize: MOST, batchScheduleFn });
  }

  /** The directories of one student. */
  of(namespace: string): Nas {
    const [folder] = this.check.values.DIRECTORIES as string[];
    return { look: (directory, value) => this.look(`${folder}/${namespace}`, directory, value) };
  }

  private async look(home: string, { directory }: NasDirectory, value: string): Promise<NasLook> {
    const path = `${home}/${directory}`;
    const text = `cd -- ${shellQuote(path)} || exit 1\n${lookScript(value, "date +%s")}`;
    const look = readLook(await this.loader.load(text));
    if (!look) throw new Failure(`the look at ${path} on the NAS ${this.check.host} was cut off`);
    return look;
  }

  /** Asked for in one moment, they share a login. */
  private ask(texts: readonly string[]): Promise<(string | Error)[]> {
    return Promise.all(
      texts.map(async (text) => {
        const ended = await this.hosts.ask({ address: this.check, text, action: "", seconds: LOOK });
        if (ended.exitCode === 0) return ended.stdout;
        return new Failure(`the NAS ${this.check.host} could not be looked at: ${ended.error}`);
      }),
    );
  }
}
