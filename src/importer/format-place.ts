// Formats places in a text for people.

export function formatPlace(line: number): string {
  return `line ${String(line)}`;
}
