// Events that matter only in a run without an end are read last: only of such runs, and of nothing that came meanwhile.
import { appendFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { wholeRun } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();
const WHOLE = eventsOf(wholeRun());

function logOf(events: readonly LogEvent[]): string {
  const file = path('log.ndjson');
  writeFileSync(file, bytesOf(events));
  return file;
}

const ofRun = (run: string, events: readonly LogEvent[]): readonly LogEvent[] =>
  events.map((event) => ({ ...event, run }));

/** Reads the logs, with prompts last. */
async function read(
  paths: readonly string[],
  onEvent: (event: LogEvent) => void,
): Promise<readonly string[]> {
  const found: string[] = [];
  await readLog(paths, {
    handles: new Set(['run.started', 'llm.completed', 'run.completed']),
    late: new Set(['llm.prompted']),
    onEvent: (event) => {
      found.push(`${event.run.slice(-1)} ${event.type}`);
      onEvent(event);
    },
  });
  return found;
}

it('a prompt is read last, and of a run without an end alone', async () => {
  const [open, whole] = [logOf(ofRun('a', WHOLE.slice(0, 5))), logOf(ofRun('b', WHOLE))];
  expect(await read([open, whole], () => undefined)).toEqual([
    'a run.started',
    'a llm.completed',
    'b run.started',
    'b llm.completed',
    'b run.completed',
    'a llm.prompted',
  ]);
});

it('a log without an open run is not read again', async () => {
  const [open, whole] = [logOf(ofRun('a', WHOLE.slice(0, 5))), logOf(ofRun('b', WHOLE))];
  const found = await read([open, whole], ({ type }) => {
    if (type === 'run.completed') writeFileSync(whole, 'no log any more');
  });
  expect(found.at(-1)).toBe('a llm.prompted');
});

it('what a log has gained since it was read is left out', async () => {
  const [open, whole] = [logOf(ofRun('a', WHOLE.slice(0, 3))), logOf(ofRun('b', WHOLE))];
  const found = await read([open, whole], ({ type }) => {
    if (type === 'run.completed') appendFileSync(open, bytesOf(ofRun('a', WHOLE.slice(3, 5))));
  });
  expect(found).not.toContain('a llm.prompted');
});
