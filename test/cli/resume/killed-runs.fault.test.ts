// Law: a run that was killed (-9) after any append is resumed to the result and the total of an undisturbed run. What
// was completed is not done again. EVERY_APPEND=1 kills at each append, and not only at the listed ones.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, type CliRun } from '../../support/cli.ts';
import { startProvider, type TestProvider } from '../../support/provider/provider.ts';
import { documentOf, eventsIn, type LoggedEvent } from '../../support/workbench.ts';

/** Kills its process right after the given number of writes into the log. */
const KILL = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { writeSync } = fs;
let left = Number(process.env.KILL_AFTER);
fs.writeSync = (file, bytes, ...rest) => {
  const written = writeSync(file, bytes, ...rest);
  if (file > 2 && Buffer.from(bytes).includes('"seq":') && (left -= 1) === 0) process.kill(process.pid, 'SIGKILL');
  return written;
};
syncBuiltinESMExports();
`;

const model = 'openai/gpt-4o-mini';
const call = (id: string, prompt: string): object => ({ id, type: 'llm', params: { model, prompt } });

const CHILD = {
  inputs: { text: { type: 'string' } },
  nodes: [call('inner', 'inner ${text}'), call('outer', 'outer ${inner.response}')],
  edges: [{ from: 'inner', to: 'outer' }],
  outputs: { text: { source: '${outer.response}' } },
};

/** A loop, a batch, a nested workflow, a command that needs approval, a last call. */
const FLOW = {
  nodes: [
    {
      ...call('draft', 'draft'),
      loop: { until: '${draft.response}', carry: { prompt: 'draft after ${draft.response}' } },
    },
    { ...call('each', 'item ${item}'), batch: { items: ['a', 'b', 'c'] } },
    {
      id: 'child',
      type: 'workflow',
      params: { workflow: './child.json', inputs: { text: '${each.count}' } },
    },
    {
      id: 'send',
      type: 'shell',
      approval: 'required',
      params: { command: 'echo sent >> sent; cat sent | tail -1' },
    },
    call('last', 'last ${child.text} ${send.stdout}'),
  ],
  edges: ['draft', 'each', 'child', 'send'].map((from, index) => ({
    from,
    to: ['each', 'child', 'send', 'last'][index],
  })),
  outputs: { last: { source: '${last.response}' }, items: { source: '${each.results}' } },
};

let folder = '';
let provider: TestProvider;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-killed-'));
  writeFileSync(join(folder, 'kill.mjs'), KILL);
  writeFileSync(join(folder, 'flow.json'), JSON.stringify(FLOW));
  writeFileSync(join(folder, 'child.json'), JSON.stringify(CHILD));
  const tokens = { input: 11, output: 3 };
  const rules = [
    { when: 'draft after', then: { do: 'answer', text: 'yes', tokens } },
    { when: 'draft', then: { do: 'answer', text: 'no', tokens } },
    { then: { do: 'answer', text: 'yes', tokens } },
  ] as const;
  provider = await startProvider({ rules: [...rules] });
});

afterAll(async () => {
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pflow = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> =>
  runCli(args, { cwd: folder, env: { ...provider.env, ...env } });

/** Takes the prompts that the provider has had since the last time. */
let seen = 0;
function newPrompts(): readonly string[] {
  const prompts = provider.requests.slice(seen).map(({ parsed }) => parsed.prompt);
  seen = provider.requests.length;
  return prompts;
}

const logIn = (name: string): string => {
  const [file = ''] = readdirSync(join(folder, name)).filter((one) => one.endsWith('.ndjson'));
  return join(folder, name, file);
};

async function totalIn(name: string): Promise<unknown> {
  const { total_cost_usd, calls } = JSON.parse((await pflow(['spend', name, '--json'])).stdout) as Record<
    string,
    unknown
  >;
  return { total_cost_usd, calls };
}

const isAt = (type: string, node: string, count = 1): ((event: LoggedEvent) => boolean) => {
  let left = count;
  return (event) => event.type === type && event.node === node && (left -= 1) === 0;
};

/** Appends after which a process is killed. */
const PLACES: readonly ((event: LoggedEvent) => boolean)[] = [
  ({ type }) => type === 'workflow.started',
  isAt('llm.answered', 'draft'),
  isAt('llm.prompted', 'draft', 2),
  isAt('llm.answered', 'each', 2),
  isAt('node.started', 'child/outer'),
  isAt('node.completed', 'child'),
  isAt('node.approval', 'send'),
  isAt('node.completed', 'send'),
  isAt('node.completed', 'last'),
];

test('a run that was killed after an append', { timeout: 900_000 }, async () => {
  const whole = await pflow(['run', 'flow.json', '--approve', 'send', '--log', 'whole/', '--json']);
  expect([whole.code, documentOf(whole).result]).toEqual([
    0,
    { last: 'yes', items: expect.any(Array) as unknown },
  ]);
  const events = eventsIn(logIn('whole'));
  const expected = { result: documentOf(whole).result, total: await totalIn('whole') };
  const prompts = newPrompts();
  expect(prompts).toHaveLength(8);
  const lengths =
    process.env['EVERY_APPEND'] === '1'
      ? events.slice(1).map((_, index) => index + 1)
      : PLACES.map((isHere) => events.findIndex(isHere) + 1);
  expect(lengths).not.toContain(0);
  for (const length of lengths) {
    rmSync(join(folder, 'sent'), { force: true });
    const name = `killed-${String(length)}`;
    const env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'kill.mjs')).href}`,
      KILL_AFTER: String(length),
    };
    const killed = await pflow(['run', 'flow.json', '--approve', 'send', '--log', `${name}/`], env);
    expect([length, killed.signal]).toEqual([length, 'SIGKILL']);
    const path = logIn(name);
    const before = eventsIn(path);
    expect(before.map(({ type, node }) => [type, node])).toEqual(
      events.slice(0, length).map(({ type, node }) => [type, node]),
    );
    const isOpen = (start: string, end: string): boolean =>
      before.filter(({ type }) => type === start).length > before.filter(({ type }) => type === end).length;
    const mayHaveSent =
      before.some(isAt('node.started', 'send')) && !before.some(isAt('node.completed', 'send'));
    let resumed = await pflow(['resume', path, '--approve', 'send', '--json']);
    if (resumed.code === 2) {
      expect([documentOf(resumed).error?.code, mayHaveSent]).toEqual(['RERUN_UNCONFIRMED', true]);
      resumed = await pflow(['resume', path, '--approve', 'send', '--rerun', 'send', '--json']);
    }
    expect([length, documentOf(resumed).result]).toEqual([length, expected.result]);
    // A call between its bill and its answer is the only one that can be made twice.
    const isInFlight = isOpen('llm.prompted', 'llm.answered');
    const made = newPrompts();
    const extra = made.length - prompts.length;
    expect([length, [...new Set(made)].sort()]).toEqual([length, [...new Set(prompts)].sort()]);
    expect([length, extra === 0 || (extra === 1 && isInFlight)]).toEqual([length, true]);
    if (!isInFlight) expect([length, await totalIn(name)]).toEqual([length, expected.total]);
    const sent = readFileSync(join(folder, 'sent'), 'utf8').split('\n').length - 1;
    expect([length, sent === 1 || (sent === 2 && mayHaveSent)]).toEqual([length, true]);
  }
});
