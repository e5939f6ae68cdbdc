// What `pflow resume` keeps of earlier runs: nodes run once, however often a run is resumed, and nothing that has
// changed is kept unseen.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CliRun } from '../../support/cli.ts';
import { documentOf, eventsIn, testProvider, workbench, type Workbench } from '../../support/workbench.ts';

const shell = (id: string, command: string): object => ({ id, type: 'shell', params: { command } });
const WAIT = shell('wait', 'test -e ready');

/** Runs a workflow that fails, and returns its log. */
async function failedLog(bench: Workbench, flow: object, ...words: readonly string[]): Promise<string> {
  bench.write('flow.json', flow);
  const failed = await bench.run(['run', 'flow.json', ...words, '--log', 'runs/', '--json']);
  expect(failed.code).toBe(1);
  return logOf(failed);
}

const logOf = (run: CliRun): string => documentOf(run).log?.path ?? '';
const resume = (bench: Workbench, ...args: readonly string[]): Promise<CliRun> =>
  bench.run(['resume', ...args, '--json']);
const linesOf = (bench: Workbench, name: string): readonly string[] =>
  readFileSync(bench.path(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** The code of a refusal, with its hint. */
function refusalOf(run: CliRun): readonly [number | null, string | undefined, string | undefined] {
  const { error } = documentOf(run);
  return [run.code, error?.code, error?.hint];
}

describe('a secret that is given again at each resume', () => {
  const key = 'key=correct-horse-battery';
  const flow = {
    inputs: { key: { type: 'string', secret: true } },
    nodes: [
      shell('send', 'echo sent ${key} >> sent'),
      {
        ...shell(
          'repeat',
          'echo ${key} >> repeated; test $(wc -l < repeated) -ge 2 && echo true || echo false',
        ),
        loop: { until: '${repeat.stdout}', carry: { env: { BEFORE: '${repeat.stdout}' } } },
      },
      { ...shell('each', 'echo ${item} ${key} >> items'), batch: { items: ['a', 'b'] } },
      {
        id: 'inside',
        type: 'workflow',
        params: {
          inputs: { key: '${key}' },
          ir: {
            inputs: { key: { type: 'string', secret: true } },
            nodes: [shell('act', 'echo ${key} >> acted'), WAIT],
            outputs: { out: { source: '${wait.exit_code}' } },
          },
        },
      },
    ],
  };

  test('runs no completed node, no iteration, no item and no nested node twice', async () => {
    const bench = workbench();
    const first = await failedLog(bench, flow, key);
    const second = await resume(bench, first, key);
    const third = await resume(bench, logOf(second), key);
    bench.write('ready', '');
    const last = await resume(bench, logOf(third), key);
    expect([second.code, third.code, last.code]).toEqual([1, 1, 0]);
    const counts = ['sent', 'repeated', 'items', 'acted'].map((name) => linesOf(bench, name).length);
    expect(counts).toEqual([1, 2, 2, 1]);
  });

  test('does not run what the secret was for again, so that nothing is missing for it', async () => {
    const bench = workbench();
    const nodes = [shell('a', 'echo ${key}'), shell('b', 'echo ${a.stdout} | wc -c >> ran'), WAIT];
    const log = await failedLog(bench, { inputs: flow.inputs, nodes }, key);
    const plan = await resume(bench, log, key, '--dry-run');
    const { nodes: planned } = JSON.parse(plan.stdout) as { readonly nodes: readonly { status: string }[] };
    expect(planned.map(({ status }) => status)).toEqual(['restored', 'restored', 'runs']);
    bench.write('ready', '');
    expect([(await resume(bench, log, key)).code, linesOf(bench, 'ran').length]).toEqual([0, 1]);
  });

  test('does not make a second run beside the one that goes on', async () => {
    const bench = workbench();
    const first = await failedLog(bench, flow, key);
    const second = await resume(bench, first, key);
    expect(documentOf(await resume(bench, first, key)).error?.code).toBe('RUN_CONTINUED');
    expect(second.code).toBe(1);
  });
});

test('iterations that carry a changed input over run again, and others do not', async () => {
  const bench = workbench();
  const loop = (id: string, value: string): object => ({
    ...shell(id, `echo line $VALUE >> ${id}; test $(wc -l < ${id}) -ge 2 && echo true || echo false`),
    loop: { until: `\${${id}.stdout}`, carry: { env: { VALUE: value } } },
  });
  const log = await failedLog(
    bench,
    {
      inputs: { word: { type: 'string' } },
      nodes: [loop('same', '${same.iterations}'), loop('other', '${word}'), WAIT],
    },
    'word=one',
  );
  bench.write('ready', '');
  expect((await resume(bench, log, 'word=two')).code).toBe(0);
  expect(['same', 'other'].map((name) => linesOf(bench, name).length)).toEqual([2, 3]);
});

test('the model and the labels of the first run count for the resumed one, unless they are given again', async () => {
  const provider = await testProvider();
  const bench = workbench(provider.env);
  const call = (id: string): object => ({ id, type: 'llm', params: { prompt: id } });
  const flags = ['--model', 'openai/gpt-4o-mini', '--tag', 'team=a', '--tag', 'night=1'];
  const log = await failedLog(bench, { nodes: [call('one'), WAIT, call('two')] }, ...flags);
  bench.write('ready', '');
  const resumed = await resume(bench, log, '--tag', 'night=2');
  expect(resumed.code).toBe(0);
  expect(provider.requests.map(({ parsed }) => parsed.model)).toEqual(['gpt-4o-mini', 'gpt-4o-mini']);
  expect(eventsIn(bench.path(logOf(resumed)))[0]?.data).toMatchObject({ tags: { team: 'a', night: '2' } });
  const other = await resume(bench, log, '--from', 'two', '--model', 'openai/gpt-4o');
  expect([other.code, provider.requests.at(-1)?.parsed.model]).toEqual([0, 'gpt-4o']);
});

describe('--from', () => {
  const before = {
    nodes: [shell('a', 'echo a'), shell('b', 'echo b >> ran; echo b'), shell('c', 'echo c ${b.stdout}')],
  };
  const after = {
    nodes: [
      before.nodes[0],
      shell('new', 'echo new'),
      shell('b', 'echo b >> ran; echo ${new.stdout}'),
      before.nodes[2],
    ],
  };

  async function succeededLog(bench: Workbench, flow: object): Promise<string> {
    bench.write('flow.json', flow);
    const run = await bench.run(['run', 'flow.json', '--log', 'runs/', '--json']);
    expect(run.code).toBe(0);
    return logOf(run);
  }

  test('a changed node behind a new one is not kept unseen', async () => {
    const bench = workbench();
    const log = await succeededLog(bench, before);
    bench.write('flow.json', after);
    expect(refusalOf(await resume(bench, log, '--from', 'c'))).toEqual([
      2,
      'NODES_CHANGED',
      'Start at the first of them (--from b), or keep what they wrote: --keep-changed.',
    ]);
    const kept = await resume(bench, log, '--from', 'c', '--keep-changed');
    expect([documentOf(kept).result, linesOf(bench, 'ran')]).toEqual(['c b', ['b']]);
    const plan = await resume(bench, log, '--from', 'c', '--keep-changed', '--dry-run');
    expect(plan.stdout).toMatch(/"node_id": "b",\s*"node_type": "shell",\s*"status": "restored"/u);
  });

  test('a nested workflow that has changed is not kept unseen, in a resumed run neither', async () => {
    const bench = workbench();
    const child = (text: string): object => ({
      nodes: [shell('say', `echo ${text}`)],
      outputs: { out: { source: '${say.stdout}' } },
    });
    bench.write('child.json', child('one'));
    const nested = { id: 'n', type: 'workflow', params: { workflow: './child.json' } };
    const first = await succeededLog(bench, { nodes: [nested, shell('c', 'echo ${n.out}')] });
    const second = await resume(bench, first, '--from', 'c');
    expect(documentOf(second).result).toBe('one');
    bench.write('child.json', child('two'));
    for (const log of [first, logOf(second)])
      expect(documentOf(await resume(bench, log, '--from', 'c')).error?.code).toBe('NODES_CHANGED');
    expect(documentOf(await resume(bench, first, '--from', 'n')).result).toBe('two');
  });

  test('a node on a way that the run did not take is refused', async () => {
    const bench = workbench();
    const log = await succeededLog(bench, {
      nodes: [
        { id: 'choose', type: 'switch', params: { value: 'a', cases: { a: 'x' }, default: 'y' } },
        shell('x', 'echo x'),
        shell('y', 'echo y'),
      ],
      edges: [
        { from: 'choose', to: 'x', action: 'x' },
        { from: 'choose', to: 'y', action: 'y' },
      ],
    });
    expect(documentOf(await resume(bench, log, '--from', 'y')).error?.code).toBe('NODE_NOT_REACHED');
  });

  test('a node inside of a nested workflow is named with the node that can be named', async () => {
    const bench = workbench();
    const log = await succeededLog(bench, before);
    const [, , hint] = refusalOf(await resume(bench, log, '--from', 'c/x'));
    expect(hint).toBe('Start at the node that runs it: --from c.');
  });

  test.each([
    ['d', '--rerun: the workflow has no node "d"'],
    ['a', '--rerun: node "a" has completed, and is not run again'],
  ])('--rerun %s is not ignored', async (node, message) => {
    const bench = workbench();
    const log = await succeededLog(bench, before);
    const { error } = documentOf(await resume(bench, log, '--from', 'c', '--rerun', node));
    expect([error?.code, error?.message]).toEqual(['USAGE', message]);
  });
});

describe('a nested workflow for each item', () => {
  const child = (last: object): object => ({
    inputs: { text: { type: 'string' } },
    nodes: [
      { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'about ${text}' } },
      shell('act', 'echo ${text} >> acted'),
      last,
    ],
    outputs: { out: { source: '${ask.response}' } },
  });
  const flow = (last: object): object => ({
    nodes: [
      {
        id: 'each',
        type: 'workflow',
        batch: { items: ['a', 'b'] },
        params: { ir: child(last), inputs: { text: '${item}' } },
      },
    ],
  });

  test('acts in completed items need no confirmation, and answers are not paid again', async () => {
    const provider = await testProvider();
    const bench = workbench(provider.env);
    const log = await failedLog(bench, {
      nodes: [{ ...(flow(shell('end', 'true')) as { nodes: object[] }).nodes[0] }, WAIT],
    });
    bench.write('ready', '');
    const resumed = await resume(bench, log);
    expect([resumed.code, provider.requests.length, linesOf(bench, 'acted')]).toEqual([0, 2, ['a', 'b']]);
  });

  test('an act in an item that failed runs again by request only, and its answers are reused', async () => {
    const provider = await testProvider();
    const bench = workbench(provider.env);
    const log = await failedLog(bench, flow(shell('end', 'test ${text} = a || test -e ready')));
    bench.write('ready', '');
    const { error } = documentOf(await resume(bench, log));
    expect([error?.code, error?.message]).toEqual([
      'RERUN_UNCONFIRMED',
      'node "each/act" completed in an item that did not, and runs again with it',
    ]);
    const resumed = await resume(bench, log, '--rerun', 'each/act');
    expect([resumed.code, provider.requests.length, linesOf(bench, 'acted')]).toEqual([
      0,
      2,
      ['a', 'b', 'b'],
    ]);
  });
});

test('a request inside of a nested workflow that only fetches needs no confirmation', async () => {
  const bench = workbench();
  const get = { id: 'get', type: 'http', retry: { max: 1 }, params: { url: 'http://127.0.0.1:9/' } };
  const log = await failedLog(bench, {
    nodes: [{ id: 'n', type: 'workflow', params: { ir: { nodes: [get] } } }],
  });
  cutAfter(bench.path(log), (line) => line.includes('"node.started"') && line.includes('"n/get"'));
  expect(documentOf(await resume(bench, log)).error?.code).toBe('NODE_FAILED');
});

/** Leaves what a kill after the first such line leaves. A checksum is optional in a log without the promise of one. */
function cutAfter(path: string, isLast: (line: string) => boolean): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const text = `${lines.slice(0, lines.findIndex(isLast) + 1).join('\n')}\n`;
  const plain = text.replace(/,"pid":\d+/u, '').replace(/,"checksum":"crc32"/u, '');
  writeFileSync(path, plain.replace(/,"crc":"?[0-9a-f]+"?\}$/gmu, '}'));
}

test('a later attempt is found when its log is compressed, and so is an earlier one', async () => {
  const bench = workbench();
  const compress = (path: string): void => {
    writeFileSync(bench.path(`${path}.gz`), gzipSync(readFileSync(bench.path(path))));
    rmSync(bench.path(path));
  };
  const first = await failedLog(bench, { nodes: [shell('a', 'echo a >> ran'), WAIT] });
  const second = logOf(await resume(bench, first));
  // Nothing is restored yet.
  cutAfter(bench.path(second), (line) => line.includes('"workflow.started"'));
  compress(second);
  expect(documentOf(await resume(bench, first)).error?.code).toBe('RUN_CONTINUED');
  compress(first);
  bench.write('ready', '');
  expect((await resume(bench, `${second}.gz`)).code).toBe(0);
  expect(linesOf(bench, 'ran')).toEqual(['a']);
});

test.each(["runs of day=1, it's/", './-day=1/'])(
  'the command for a log in %j can be pasted',
  async (place) => {
    const bench = workbench();
    const log = await failedLog(bench, { nodes: [WAIT] });
    mkdirSync(bench.path(place));
    const name = join(place, '-night=1.ndjson');
    renameSync(bench.path(log), bench.path(name));
    const shown = await bench.run(['show', place.startsWith('.') ? `./${name}` : name]);
    const [, command = ''] = /^ {2}pflow (resume .*?)(?: {2,}.*)?$/mu.exec(shown.stdout) ?? [];
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
    bench.write('ready', '');
    expect((await bench.run(words.split('\n').slice(0, -1))).code).toBe(0);
  },
);

test('the command names the modules with node types', async () => {
  const bench = workbench();
  bench.write(
    'my types.mjs',
    `export default ({ defineNodeType, z }) => [defineNodeType({
      type: 'mine', summary: 'a test', params: z.strictObject({}), outputs: z.object({}), effect: 'none', exec: () => ({}),
    })];`,
  );
  bench.write('flow.json', { nodes: [{ id: 'a', type: 'mine' }, WAIT] });
  const flags = ['--nodes', 'my types.mjs', '--log', 'runs/'];
  const failed = await bench.run(['run', 'flow.json', ...flags, '--json']);
  const command = `pflow resume ${logOf(failed)} --nodes 'my types.mjs'`;
  expect(JSON.parse(failed.stdout)).toMatchObject({ resume_command: command });
  expect((await bench.run(['run', 'flow.json', ...flags])).stderr).toMatch(
    /^resume pflow .* --nodes 'my types.mjs'$/mu,
  );
});

test('pflow show has restored nodes and items where they would have run', async () => {
  const bench = workbench();
  const each = { ...shell('each', 'test ${item} = a || test -e ready'), batch: { items: ['a', 'b'] } };
  const log = await failedLog(bench, { nodes: [shell('a', 'echo a'), each, shell('end', 'echo end')] });
  bench.write('ready', '');
  const resumed = await resume(bench, log);
  const { stdout } = await bench.run(['show', logOf(resumed)]);
  const rows = stdout.slice(stdout.indexOf('\n\n') + 2).split('\n');
  expect(
    rows.map((row) =>
      row
        .replace(/\d+\.\d+ s|[█▏]+/gu, '')
        .replace(/ +/gu, ' ')
        .trim(),
    ),
  ).toEqual(['a ↺ restored', 'each ✓ 2 items, 1 restored', 'end ✓', '']);
  expect(stdout).toContain(`from    ${String(/[0-9a-f-]{36}(?=\.ndjson)/u.exec(log)?.[0])}`);
  expect(readdirSync(bench.path('runs'))).toHaveLength(2);
});
