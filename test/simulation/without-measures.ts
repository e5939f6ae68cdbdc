// Removes what differs between two runs of one scenario: times, addresses and folders.

/** Members that are measured. */
const MEASURED: ReadonlySet<string> = new Set(['response_time_ms', 'timing']);

/** A copy as JSON, to be compared. */
export function withoutMeasures(value: unknown): unknown {
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (MEASURED.has(key)) return 'measured';
    if (typeof member === 'bigint') return `${String(member)}n`;
    return typeof member === 'string' ? withoutTimes(member) : member;
  });
  return JSON.parse(text) as unknown;
}

/** Times that are left, the addresses and the folder of this run. */
export function withoutTimes(text: string): string {
  return text
    .replaceAll(/[\d.]+ s that are left/gu, 'some s that are left')
    .replaceAll(/127\.0\.0\.1:\d+/gu, 'world.test')
    .replaceAll(/[^\s"]*pflow-simulation-\w+/gu, 'folder');
}
