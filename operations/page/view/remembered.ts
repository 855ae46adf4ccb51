const PREFIX = "storage-lab-page-";

/** What was chosen here before; a page that is a file may be allowed to keep nothing. */
export function remembered<T extends string>(name: string, among: T[]): T | undefined {
  try {
    return among.find((value) => value === localStorage.getItem(PREFIX + name));
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // It is asked for again.
  }
}
