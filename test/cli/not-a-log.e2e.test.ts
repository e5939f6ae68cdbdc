// Every command that reads logs refuses other files. The error names what the file looks like, and what takes it.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recogniseDocument, recogniseLine } from '../../src/log/read/foreign-json.ts';
import { createProgram } from '../../src/cli/program.ts';
import { ROOT } from '../support/root.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';
import { expectJsonError, expectTextError, workbench } from '../support/workbench.ts';

const ERROR = 'error NOT_A_LOG: flow.json is not a log: it looks like a workflow';
const HINT = 'pflow run FILE runs a workflow, pflow validate FILE checks it.';

test('a workflow is refused by each command', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    nodes: [{ id: 'a', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Hi' } }],
  });
  const runs = await Promise.all(
    [
      ['replay', 'flow.json', '--project', 'cost', '--format', 'table'],
      ['verify', 'flow.json'],
      ['spend', 'flow.json'],
      ['show', 'flow.json'],
      ['runs', 'flow.json'],
      ['export', '--to', 'otlp', 'flow.json'],
      ['resume', 'flow.json'],
      ['report', 'flow.json'],
      ['diff', 'flow.json', 'flow.json'],
      ['run', 'flow.json', '--answers', 'flow.json'],
    ].map((args) => bench.run(args)),
  );
  for (const run of runs) {
    const [error = '', hint = ''] = expectTextError(run, 2, 'NOT_A_LOG');
    expect(error).toBe(ERROR);
    expect(hint.trim()).toBe(HINT);
  }
  const json = await bench.run(['verify', 'flow.json', '--json']);
  expect(expectJsonError(json, 2, 'NOT_A_LOG')).toMatchObject({ path: 'flow.json', hint: HINT });
});

test('in a folder it is a note, and the logs are read', async () => {
  const bench = workbench();
  bench.write('runs/other.ndjson', '{"a":1}\n{"a":2}\n');
  copyFileSync(join(ROOT, 'fixtures/logs/v1/summarise-file.ndjson'), bench.path('runs/run.ndjson'));
  const note = 'note runs/other.ndjson is not a log: it looks like lines of JSON, skipped\n';
  const [replayed, verified, spent] = await Promise.all([
    bench.run(['replay', 'runs', '--project', 'cost']),
    bench.run(['verify', 'runs']),
    bench.run(['spend', 'runs']),
  ]);
  for (const run of [replayed, verified, spent]) {
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain(note);
  }
  expect(verified.stdout).toContain('1 log, 1 run');
});

test('the commands that hints name exist', async () => {
  const program = await createProgram(recordingTerminal(), () => undefined);
  const names = program.commands.map((command) => command.name());
  const documents = [
    { nodes: [] },
    { is_error: true, result: 1 },
    { execution_id: 'x', nodes: [] },
    { models: [] },
    { providers: {} },
  ];
  const hints = documents.map((one) => recogniseDocument(JSON.stringify(one))?.hint ?? '');
  hints.push(recogniseLine('{"sessionId":"a","type":"user"}')?.hint ?? '');
  const commands = hints.flatMap((hint) => [...hint.matchAll(/pflow ([a-z-]+)/gu)].map(([, name]) => name));
  expect(commands.filter((name) => name !== 'reads' && !names.includes(name ?? ''))).toEqual([]);
  expect(commands.length).toBeGreaterThan(3);
});
