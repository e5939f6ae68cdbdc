// Tests the session of a run on the terminal.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSession } from '../../../src/cli/run/session.ts';
import { prepareWorkflow } from '../../../src/run/prepare-workflow.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';

test('a signal between the creation of the log and the start of the run is in the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-session-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const log = join(folder, 'run.ndjson');
  const flow = join(folder, 'flow.json');
  writeFileSync(flow, JSON.stringify({ nodes: [{ id: 'a', type: 'echo', params: { message: 'never' } }] }));
  const surroundings = { cwd: folder, env: { PFLOW_HOME: folder } };
  const prepared = await prepareWorkflow(flow, { ...surroundings, nodes: [] });
  const models = { answer: () => Promise.reject(new Error('no model is called')) };
  const before = process.listenerCount('SIGINT');
  const session = await openSession({
    flags: { log, outputFormat: 'json', onMiss: 'error', nodes: [], verbose: false },
    terminal: recordingTerminal(),
    heading: { name: 'flow', nodes: ['a'] },
    maxCost: undefined,
    env: surroundings.env,
  });
  // A real signal would end the process of all tests if nothing listened.
  expect(process.listenerCount('SIGINT')).toBe(before + 1);
  process.emit('SIGINT', 'SIGINT');
  const inputs = { values: {}, secrets: [], origins: {} };
  const outcome = await session.run({ ...prepared, ...surroundings, models, inputs });
  expect(process.listenerCount('SIGINT')).toBe(before);
  expect(await session.finish(outcome)).toBe(130);
  const last = readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toMatchObject({
    type: 'run.completed',
    data: { status: 'interrupted', signal: 'SIGINT' },
  });
});
