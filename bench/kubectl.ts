import execa from "execa";

/** Runs kubectl to its end, and returns what it printed. */
export async function kubectl(args: string[], input?: string): Promise<string> {
  const options = input === undefined ? { stdin: "ignore" as const } : { input };
  const { stdout } = await execa("kubectl", args, { ...options, maxBuffer: 2 ** 30 });
  return stdout;
}

export async function kubectlJson<T>(args: string[]): Promise<T> {
  return JSON.parse(await kubectl([...args, "-o", "json"])) as T;
}
