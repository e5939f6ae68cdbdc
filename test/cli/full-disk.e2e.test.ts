// Invariant: a full disk costs the log its end and nothing else. Once there is space again, the old log stays as it
// was and the next run has a complete one. A read-only folder stops the run before it starts.
import { mkdirSync, readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { runInMountNamespace } from '../support/mount-namespace.ts';
import { eventsIn, workbench, type Workbench } from '../support/workbench.ts';

/** Fills the disk of the log, prints a long text, and frees the disk. */
const FILLS = {
  nodes: [
    { id: 'before', type: 'echo', params: { message: 'before' } },
    { id: 'fill', type: 'shell', params: { command: 'cat /dev/zero > disk/filler 2>/dev/null || true' } },
    { id: 'long', type: 'shell', params: { command: "head -c 20000 /dev/zero | tr '\\0' x" } },
    { id: 'free', type: 'shell', params: { command: 'rm disk/filler' } },
    { id: 'after', type: 'echo', params: { message: 'after' } },
  ],
  outputs: { text: { source: '${after.echo}' } },
};
const FLOW = {
  nodes: [{ id: 'hello', type: 'echo', params: { message: 'hello' } }],
  outputs: { text: { source: '${hello.echo}' } },
};
const DISK = 'mount -t tmpfs -o size=128k tmpfs disk';

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
  bench.write('fills.json', FILLS);
  bench.write('flow.json', FLOW);
  mkdirSync(bench.path('disk'));
  mkdirSync(bench.path('kept'));
});

test('a disk that is full for a while ends the log there, and the next log is complete', () => {
  const stdout = runInMountNamespace(
    bench.folder,
    `${DISK}
     pflow run fills.json --log disk/full.ndjson 2>kept/stderr && code=0 || code=$?
     echo "exit $code"
     cp disk/full.ndjson kept/at-its-end
     pflow run flow.json --log disk/next.ndjson 2>/dev/null; echo "exit $?"
     pflow verify disk; echo "exit $?"
     cp disk/full.ndjson disk/next.ndjson kept/`,
  );
  const stderr = readFileSync(bench.path('kept/stderr'), 'utf8');
  expect(stderr).toBe(
    'log    disk/full.ndjson\n' +
      'warning LOG_INCOMPLETE: the log "disk/full.ndjson" is safe up to seq 9 only: no space left on the device (ENOSPC)\n',
  );
  expect(stdout).toMatch(
    /^after\nexit 3\nhello\nexit 0\nincomplete +1 run +10 events +disk\/full\.ndjson\n/u,
  );
  expect(stdout).toMatch(/ note: line 11 \(byte \d+\): \d+ bytes without a newline are not an event\n/u);
  expect(stdout).toMatch(/\nok +1 run +\d+ events +disk\/next\.ndjson\n.*: 1 incomplete, 1 ok\nexit 0\n$/u);
  expect(readFileSync(bench.path('kept/full.ndjson'))).toEqual(readFileSync(bench.path('kept/at-its-end')));
  expect(eventsIn(bench.path('kept/next.ndjson')).at(-1)?.data).toMatchObject({ status: 'success' });
});

test('a disk that is full from the start leaves an empty log and the result', () => {
  const stdout = runInMountNamespace(
    bench.folder,
    `${DISK}
     cat /dev/zero > disk/filler 2>/dev/null || true
     pflow run flow.json --log disk/run.ndjson 2>kept/stderr && code=0 || code=$?
     echo "exit $code"; wc -c < disk/run.ndjson`,
  );
  expect(stdout).toBe('hello\nexit 3\n0\n');
  expect(readFileSync(bench.path('kept/stderr'), 'utf8')).toBe(
    'log    disk/run.ndjson\n' +
      'warning LOG_INCOMPLETE: the log "disk/run.ndjson" holds no event that is safe: no space left on the device (ENOSPC)\n',
  );
});

test('a folder that is read-only, also for root, stops the run before it starts', () => {
  const stdout = runInMountNamespace(
    bench.folder,
    `${DISK}; mount -o remount,ro disk
     for log in disk/run.ndjson disk/ disk/new/; do
       pflow run flow.json --log $log 2>>kept/stderr && code=0 || code=$?; echo "exit $code"
     done`,
  );
  expect(stdout).toBe('exit 2\nexit 2\nexit 2\n');
  const errors = readFileSync(bench.path('kept/stderr'), 'utf8').match(/^error .*$/gmu);
  expect(errors).toEqual(
    ['disk/run.ndjson', 'disk/', 'disk/new/'].map(
      (log) =>
        `error LOG_UNWRITABLE: the log "${log}" cannot be created: the file system is read-only (EROFS)`,
    ),
  );
});
