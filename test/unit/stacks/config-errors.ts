/** The errors that reading a config throws, one a line, without the headline. */
export function errorLines(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ""));
  }
  return [];
}
