/** The end of what a program said, as an error quotes it: indented by two, but for its first line. */
export function lastWords(text: string): string {
  return text.trim().split("\n").slice(-15).join("\n  ");
}
