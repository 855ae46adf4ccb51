/** A value that a script gets: text, a number, yes or no, or a list of texts (an array in bash). */
export type ShellValue = string | number | boolean | readonly string[];

/** One word of bash that stands for exactly this text, whatever is in it. */
export function shellQuote(text: string): string {
  if (text.includes("\0")) throw new Error("A NUL character cannot be passed to a shell.");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Bash assignments of values, one a line: `{ MODE: "0777", CLIENTS: ["a", "b"] }` → `MODE='0777'`, `CLIENTS=('a' 'b')`. */
export function assignments(values: Record<string, ShellValue>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Error(`${name} is not a name for a script's value: use capitals.`);
      const word = typeof value === "object" ? `(${value.map(shellQuote).join(" ")})` : shellQuote(String(value));
      return `${name}=${word}\n`;
    })
    .join("");
}
