// Invariant: whichever write or sync of its log fails, a run ends with its result and exit code 3, and stderr states
// once up to where the log is safe. Whenever it is killed, everything written so far can be read.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reading, type Reading } from '../log/read/file-of-bytes.ts';
import { PROGRAM } from '../support/cli.ts';
import { sweep, traceNode, type TracedRun } from '../support/trace-process.ts';
import { workbench } from '../support/workbench.ts';

const FLOW = {
  nodes: [
    { id: 'a', type: 'echo', params: { message: 'one' } },
    { id: 'b', type: 'echo', params: { message: '${a.echo} and two' } },
  ],
  outputs: { text: { source: '${b.echo}' } },
};
const EVENTS = 13;
const SYNCS_WHEN_DURABLE = 3;
const RESULT = 'one and two\n';

/** Runs the workflow with a fault at the nth call, in strace's notation. */
async function runWithFault(
  fault: string,
  flags: readonly string[] = [],
): Promise<readonly [TracedRun, Reading]> {
  const bench = workbench();
  bench.write('flow.json', FLOW);
  const file = bench.path('run.ndjson');
  const args = [PROGRAM, 'run', 'flow.json', '--log', 'run.ndjson', ...flags];
  const run = await traceNode(args, { file, inject: fault, cwd: bench.folder });
  return [run, await reading(file)];
}

const countCalls = (run: TracedRun, name: string): number =>
  run.calls.filter((call) => call.name === name).length;

function incomplete(lastSeq: number, reason: string): string {
  const good = lastSeq < 0 ? 'holds no event that is safe' : `is safe up to seq ${String(lastSeq)} only`;
  return `log    run.ndjson\nwarning LOG_INCOMPLETE: the log "run.ndjson" ${good}: ${reason}\n`;
}

test('a full disk at the nth write, for every n, ends the log there', async () => {
  const hits = await sweep(EVENTS, async (nth) => {
    const [run, { events, report }] = await runWithFault(`write:error=ENOSPC:when=${String(nth)}`);
    const kept = run.hitFault ? nth - 1 : EVENTS;
    expect({ code: run.code, stdout: run.stdout, stderr: run.stderr }).toEqual({
      code: run.hitFault ? 3 : 0,
      stdout: RESULT,
      stderr: run.hitFault
        ? incomplete(kept - 1, 'no space left on the device (ENOSPC)')
        : 'log    run.ndjson\n',
    });
    expect(countCalls(run, 'write')).toBe(run.hitFault ? nth : EVENTS);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: kept }, (_, seq) => seq));
    expect(report?.findings ?? []).toEqual([]);
    return run;
  });
  expect(hits).toBe(EVENTS);
});

test('an nth fdatasync of a durable log that fails, for every n, is not retried', async () => {
  const hits = await sweep(SYNCS_WHEN_DURABLE, async (nth) => {
    const [run] = await runWithFault(`fdatasync:error=EIO:when=${String(nth)}`, ['--durable']);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: run.hitFault ? 3 : 0, stdout: RESULT });
    expect(countCalls(run, 'fdatasync')).toBe(run.hitFault ? nth : SYNCS_WHEN_DURABLE);
    const names = run.calls.map(({ name }) => name);
    expect(names.slice(names.lastIndexOf('fdatasync') + 1)).toEqual(['close']);
    // The syncs come after node "a", after node "b" and at the end; events up to the previous sync are safe.
    const safe = [-1, 5, 9][nth - 1] ?? EVENTS;
    const reason = 'the device reported an input/output error (EIO)';
    expect(run.stderr).toBe(run.hitFault ? incomplete(safe, reason) : 'log    run.ndjson\n');
    return run;
  });
  expect(hits).toBe(SYNCS_WHEN_DURABLE);
});

test('the JSON document is complete and marks its log as incomplete', async () => {
  const [run] = await runWithFault('write:error=EIO:when=4', ['--output-format', 'json']);
  expect(run.code).toBe(3);
  expect(JSON.parse(run.stdout)).toMatchObject({
    result: { text: 'one and two' },
    is_error: false,
    status: 'success',
    complete: true,
    log: { path: 'run.ndjson', complete: false, last_seq: 2 },
  });
  expect(run.stderr.match(/seq 2/gu)).toHaveLength(1);
});

test('--log-required starts no node after a failed write', async () => {
  const [run, { events }] = await runWithFault('write:error=ENOSPC:when=5', ['--log-required']);
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 3, stdout: '' });
  expect(run.stderr.match(/is safe up to seq 3 only/gu)).toHaveLength(1);
  expect(events.map(({ type }) => type)).not.toContain('node.completed');
});

test('kill -9 at the nth write, for every n, leaves a readable log', async () => {
  const hits = await sweep(EVENTS, async (nth) => {
    const [run, { events, report }] = await runWithFault(`write:signal=SIGKILL:when=${String(nth)}`);
    if (!run.hitFault) {
      expect(report?.runs.map(({ whole }) => whole)).toEqual([true]);
      return run;
    }
    expect(events.length).toBeGreaterThanOrEqual(nth - 1);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index));
    expect(report?.findings ?? []).toEqual([]);
    // Success only if the last event was written.
    expect(report?.runs[0]?.completed).toBe(events.length === EVENTS ? 'success' : undefined);
    return run;
  });
  expect(hits).toBe(EVENTS);
});

test('a folder that cannot be synced stops a durable run before it starts', async () => {
  const bench = workbench();
  bench.write('flow.json', { nodes: [{ id: 'do', type: 'shell', params: { command: 'echo ran > ran' } }] });
  bench.write('logs/other', '');
  const args = [PROGRAM, 'run', 'flow.json', '--log', 'logs/run.ndjson', '--durable'];
  const traceOptions = { file: bench.path('logs'), cwd: bench.folder };
  const run = await traceNode(args, { ...traceOptions, inject: 'fsync:error=EIO:when=1' });
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: '' });
  expect(run.stderr).toContain(
    'error LOG_UNWRITABLE: the log "logs/run.ndjson" cannot be created: the device reported an input/output error (EIO)',
  );
  expect(existsSync(bench.path('ran'))).toBe(false);
  // A file system without fsync for folders is accepted.
  const again = [...args.slice(0, 4), 'logs/again.ndjson', '--durable'];
  const done = await traceNode(again, { ...traceOptions, inject: 'fsync:error=EINVAL:when=1' });
  expect([done.code, countCalls(done, 'fsync')]).toEqual([0, 1]);
});
