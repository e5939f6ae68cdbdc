// Writes the text about a run that two logs have with different bytes.

export function otherBytes(first: string, second: string, run: string): string {
  return (
    `${first} and ${second} have different lines of run ${run}: one is an older or changed copy; ` +
    'check both with pflow verify, and move one out of the folder'
  );
}
