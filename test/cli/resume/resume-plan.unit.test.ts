// Tests `pflow resume --dry-run`: the same frame as that of a run, without secrets, and where --history belongs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { executeResume, type ResumeFlags } from '../../../src/cli/resume/execute-resume.ts';
import { runFile } from '../../../src/run/run-workflow-file.ts';
import { cleanEnvironment } from '../../support/clean-environment.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const WORKFLOW = {
  inputs: { token: {}, topic: { default: 'x' } },
  nodes: [
    { id: 'first', type: 'echo', params: { message: '${topic}', data: '${token}' } },
    { id: 'second', type: 'shell', params: { command: 'exit 3' } },
  ],
  edges: [{ from: 'first', to: 'second' }],
};

interface Resumed {
  readonly code: number;
  readonly out: string;
  readonly file: string;
}

async function resume(flags: Partial<ResumeFlags>): Promise<Resumed> {
  const folder = temporaryFolder();
  const file = join(folder, 'flow.json');
  const log = join(folder, 'run.ndjson');
  writeFileSync(file, JSON.stringify(WORKFLOW));
  const env = { ...cleanEnvironment(folder), PFLOW_HOME: folder, PFLOW_LOG_DIR: folder, token: 'ab' };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  expect((await runFile(file, { cwd: folder, env, log })).status).toBe('failed');
  const terminal = recordingTerminal();
  const given: ResumeFlags = {
    outputFormat: 'json',
    nodes: [],
    onMiss: 'error',
    rerun: [],
    dryRun: true,
    ...flags,
  };
  const code = await executeResume(log, [], given, terminal);
  return { code, out: terminal.printed.out, file };
}

test('the document has the frame of a dry run, and no secret', async () => {
  const { code, out, file } = await resume({});
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    format: 1,
    type: 'dry_run',
    workflow: { name: 'flow', hash: expect.stringMatching(/^[0-9a-f]{64}$/u) as string, path: file },
    inputs: [
      { name: 'token', origin: 'environment', value: '<redacted:token>' },
      { name: 'topic', origin: 'default', value: 'x' },
    ],
    resumed_from: { run: expect.any(String) as string, seq: expect.any(Number) as number },
    nodes: [
      { node_id: 'first', node_type: 'echo', status: 'restored' },
      { node_id: 'second', node_type: 'shell', status: 'runs' },
    ],
    changed: [],
    estimate: expect.objectContaining({ estimated_cost_usd: 0 }) as unknown,
  });
});

test('with stream-json it is one line', async () => {
  const { out } = await resume({ outputFormat: 'stream-json' });
  expect(out.trimEnd()).not.toContain('\n');
  expect(JSON.parse(out)).toMatchObject({ type: 'dry_run' });
});

test('people read lines', async () => {
  const { out } = await resume({ outputFormat: 'text' });
  expect(out.replace(/run \S+ would/u, 'run R would')).toBe(
    'run R would go on:\n  first   restored\n  second  runs\nestimate  $0: it calls no model\n',
  );
});

test('--history without --dry-run is refused', async () => {
  await expect(resume({ dryRun: false, history: '.' })).rejects.toMatchObject({ code: 'USAGE' });
});
