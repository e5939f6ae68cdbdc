// The advice of a page, and its commands: each of them works, and nothing is advised that cannot be done.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PageFacts } from '../../../src/page/page-facts.ts';
import { present } from '../../../src/values/present.ts';
import { factsIn, pageFolder, type PageFolder } from '../../page/page-file.ts';
import { showRun } from '../../../src/cli/show/show-run.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

let files: PageFolder;

beforeAll(() => {
  files = pageFolder();
});

afterAll(() => {
  files.remove();
});

const IR = {
  nodes: [
    { id: 'ask', type: 'llm' },
    { id: 'send', type: 'shell' },
  ],
};

function begin(number: number, facts: Parameters<RunBuilder['started']>[0] = {}): RunBuilder {
  // Writers put the file last.
  const { ir = 'ir' in facts ? undefined : IR } = facts;
  return new RunBuilder(runId(number)).started({ ...facts, ...present({ ir }) });
}

function decided(run: RunBuilder, decision: 'waiting' | 'denied'): RunBuilder {
  const ends = decision === 'denied' ? { fails: 'node "send" was not approved' } : { hangs: true };
  return run
    .workflow(
      ['ask', 'send'],
      (inside) =>
        inside
          .node('ask', {}, (node) => node.call())
          .node('send', ends, (node) => node.emit({ type: 'node.approval', data: { decision } })),
      null,
    )
    .ended(decision === 'denied' ? 'denied' : 'paused');
}

async function stepsOf(run: RunBuilder, name: string): Promise<Pick<PageFacts, 'advice' | 'next'>> {
  const page = await files.report(files.writeLog(`${name}.ndjson`, run.events));
  const { advice, next } = factsIn(page);
  return { advice, next };
}

test('a run that waits for approval is resumed with an answer, either way', async () => {
  const { advice, next } = await stepsOf(decided(begin(1), 'waiting'), 'paused');
  expect(advice).toBe('A node waits for approval; to answer, resume the run.');
  const log = files.path('paused.ndjson');
  expect(next.slice(0, 2)).toEqual([
    {
      command: `pflow resume ${log} --approve send`,
      does: 'approves, and goes on here; 1 completed node not run again, which saves $0.010500',
    },
    { command: `pflow resume ${log} --deny send`, does: 'refuses, which ends the run' },
  ]);
  // On the screen they are the same.
  const terminal = recordingTerminal();
  await showRun({ reference: log, logs: () => [] }, { timeZone: 'UTC' }, { ...terminal, columns: () => 300 });
  const lines = terminal.printed.out.split('\n');
  const [first, ...others] = lines.slice(lines.indexOf('next') - 1);
  expect(first).toBe(advice);
  expect(others.slice(1, 3).map((line) => line.trim().split(/ {2,}/u))).toEqual(
    next.slice(0, 2).map(({ command, does }) => [command, does]),
  );
});

test('a run that was denied is resumed with an approval', async () => {
  const { advice, next } = await stepsOf(decided(begin(2), 'denied'), 'denied');
  expect(advice).toBe('The approval of a node was denied, and it did not run.');
  expect(next[0]?.command).toBe(`pflow resume ${files.path('denied.ndjson')} --approve send`);
});

test('what a run that was killed saves is marked where it is not exact', async () => {
  const run = begin(3).workflow(
    ['ask', 'send'],
    (inside) =>
      inside
        .node('ask', {}, (node) => node.call().call({ sent: true, hangs: true }))
        .node('send', { hangs: true }),
    null,
  );
  const { next } = await stepsOf(run, 'killed');
  expect(next[0]?.does).toContain('; 1 completed node not run again, which saves ~$0.010500');
});

test.each([
  [
    'command',
    'shell',
    ' --rerun send',
    'goes on here, and runs send again, which may have acted; 1 completed node not run again',
  ],
  ['model call', 'llm', '', 'goes on here; 1 completed node not run again'],
])('a run that was killed during a %s is resumed by a command that works', async (_, type, option, does) => {
  const ir = { nodes: [IR.nodes[0], { id: 'send', type }] };
  const run = begin(16, { ir }).workflow(
    ['ask', 'send'],
    (inside) => inside.node('ask').node('send', { type, hangs: true }),
    null,
  );
  const { next } = await stepsOf(run, `killed-${type}`);
  expect(next[0]).toEqual({ command: `pflow resume ${files.path(`killed-${type}.ndjson`)}${option}`, does });
});

test.each([
  [
    'of level metrics',
    begin(4, { level: 'metrics' }).workflow(['ask'], (inside) => inside.node('ask', { hangs: true }), null),
    `It cannot be resumed: the log of run ${runId(4)} has no content: its level is metrics.`,
  ],
  [
    'that ended before its workflow began',
    new RunBuilder(runId(5))
      .started({ workflow: null, source: 'planner' })
      .planner(() => undefined, 20, 'failed')
      .ended('failed'),
    `It cannot be resumed: run ${runId(5)} ended before there was a workflow to run.`,
  ],
  [
    'whose log does not hold its workflow',
    begin(13, { ir: undefined })
      .workflow(['ask'], (inside) => inside.node('ask', { fails: 'no' }))
      .ended('failed'),
    `It cannot be resumed: the log of run ${runId(13)} does not hold its workflow.`,
  ],
  [
    'whose workflow held secrets, and whose file is gone',
    begin(14, { workflow_path: '/gone/w.json', workflow: { name: 'example', hash: 'of-the-secrets' } })
      .workflow(['ask'], (inside) => inside.node('ask', { fails: 'no' }, (node) => node.call()))
      .ended('failed'),
    `It cannot be resumed: the workflow of run ${runId(14)} holds secrets, which its log does not have.`,
  ],
])('no command resumes a run %s, and the advice has the reason', async (_, run, reason) => {
  const { advice, next } = await stepsOf(run, `not-${run.events[0]?.run ?? ''}`);
  expect(advice).toContain(reason);
  expect(advice).not.toMatch(/resume it|Resume/u);
  expect(next.map(({ command }) => command).join('\n')).not.toMatch(/pflow (?:resume|run)/u);
});

test('a run that was resumed already names the run that goes on from it', async () => {
  const failing = (run: RunBuilder): RunBuilder =>
    run.workflow(['ask'], (inside) => inside.node('ask', { fails: 'no' })).ended('failed');
  const later = failing(begin(8, { resumed_from: { run: runId(7), seq: 5 } }));
  files.writeLog('later.ndjson', later.events);
  const { advice, next } = await stepsOf(failing(begin(7)), 'earlier');
  expect(advice).toBe(
    `There is nothing to resume here: run ${runId(7)} was resumed already, by run ${runId(8)}.`,
  );
  expect(next[0]).toEqual({
    command: `pflow show ${files.path('later.ndjson')}`,
    does: 'the run that goes on from this one',
  });
  expect(next.map(({ command }) => command).join('\n')).not.toContain('pflow resume');
});

test('a run that waited for approval and was resumed is not resumed once more', async () => {
  const waits = begin(17).workflow(
    ['ask', 'send'],
    (inside) =>
      inside
        .node('ask')
        .node('send', { hangs: true }, (node) =>
          node.emit({ type: 'node.approval', data: { decision: 'waiting' } }),
        ),
    null,
  );
  const error = {
    name: 'PflowError',
    code: 'APPROVAL_REQUIRED',
    message: 'node "send" waits for approval',
    hint: 'Go on with pflow resume paused.ndjson --approve send.',
  } as const;
  const data = { status: 'paused', duration_ms: 9, events: waits.events.length, error } as const;
  const paused = waits.emit({ type: 'run.completed', data });
  const before = await stepsOf(paused, 'before');
  expect(before.advice).toBe(error.hint);
  const later = decided(begin(18, { resumed_from: { run: runId(17), seq: 5 } }), 'denied');
  files.writeLog('answered.ndjson', later.events);
  const after = await stepsOf(paused, 'before');
  expect(after.advice).toBe(
    `There is nothing to resume here: run ${runId(17)} was resumed already, by run ${runId(18)}.`,
  );
});

test('of a log with several runs, a run is named by its id', async () => {
  const run = (number: number): RunBuilder =>
    begin(number)
      .workflow(['ask'], (inside) => inside.node('ask', { fails: 'no' }))
      .ended('failed');
  const log = files.writeLog('two.ndjson', run(10).events, run(11).events);
  const { next } = factsIn(await files.report(runId(10), [log]));
  expect(next[0]?.command).toBe(`pflow resume ${runId(10)}`);
});

test.each([
  ['nothing', (inside: RunBuilder) => inside.node('ask', { fails: 'no' }), 'goes on here'],
  [
    'an item of a batch',
    (inside: RunBuilder) =>
      inside.node('ask', { fails: 'item 1: no' }, (batch) =>
        batch.node('ask', { item: 0 }, (item) => item.call()).node('ask', { item: 1, fails: 'no' }),
      ),
    'goes on here; 1 completed item not run again, which saves $0.010500',
  ],
])('what is kept of a run that completed %s', async (_, inside, does) => {
  const { next } = await stepsOf(
    begin(12).workflow(['ask'], inside).ended('failed'),
    `kept-${String(does.length)}`,
  );
  expect(next[0]?.does).toBe(does);
});

test('a run that is repeated with its answers gets the inputs that were given', async () => {
  const long = 'x'.repeat(300);
  const path = files.path('ask it.json');
  writeFileSync(path, JSON.stringify(IR));
  const run = begin(9, {
    workflow_path: path,
    inputs: { folder: 'my notes', count: 3, key: '<redacted:key>', long, mode: 'quick', home: '/h' },
    input_origins: {
      ...{ folder: 'given', count: 'given', key: 'given', long: 'stdin' },
      ...{ mode: 'default', home: 'environment' },
    },
  });
  const { next } = await stepsOf(decided(run, 'denied'), 'inputs');
  expect(next.map(({ command }) => command)).toContain(
    `pflow run '${path}' folder='my notes' count=3 key=… long=… --answers ${files.path('inputs.ndjson')} --on-miss live`,
  );
});

test('with --full inputs are whole, and --full is not suggested', async () => {
  const note = 'long '.repeat(1_000).trim();
  const run = begin(15, { inputs: { note } })
    .workflow(['ask'], (inside) => inside.node('ask', { fails: 'no' }))
    .ended('failed');
  const log = files.writeLog('full.ndjson', run.events);
  const printed = async (full: boolean): Promise<string> => {
    const terminal = recordingTerminal();
    await showRun({ reference: log, logs: () => [] }, { timeZone: 'UTC', full }, terminal);
    return terminal.printed.out;
  };
  const [cut, whole] = [await printed(false), await printed(true)];
  expect([cut.includes('--full'), whole.includes('--full')]).toEqual([true, false]);
  expect([cut.includes(note), whole.includes(note)]).toEqual([false, true]);
});
