// Tests that hints fit the failure, and what the error of a failed command has.
import { expect, test } from 'vitest';
import type { PflowError } from '../../src/errors.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { failureHint } from '../../src/run/failure-hint.ts';
import { nestedBench } from './nested/nested-bench.ts';

async function failureOf(node: object): Promise<PflowError | undefined> {
  const bench = nestedBench({ 'w.json': { nodes: [{ id: 'n', ...node }] } });
  return (await bench.run('w.json')).error;
}

const shell = (command: string): object => ({ type: 'shell', params: { command } });

test.each<[string, object, RegExp]>([
  ['a command that is not there', shell('no-such-program'), /install it/u],
  ['a file that is not executable', shell('touch f; ./f'), /chmod \+x/u],
  ['grep without a match', shell('echo a | grep b'), /wrote nothing.*"ok_exit_codes": \[0, 1\]/u],
  ['another exit code', shell('echo why >&2; exit 3'), /output names the reason.*"ok_exit_codes": \[0, 3\]/u],
  ['another exit code without output', shell('exit 3'), /^It wrote nothing\. If exit code 3/u],
  ['a file that is not there', { type: 'read-file', params: { file_path: 'no.txt' } }, /Check the path/u],
  [
    'a server that is not there',
    { type: 'http', retry: { max: 1 }, params: { url: 'http://127.0.0.1:1/' } },
    /Nothing listens/u,
  ],
  ['code that throws', { type: 'code', params: { code: 'throw new Error("no")' } }, /"action": "error"/u],
])('the hint fits %s', async (_name, node, hint) => {
  expect((await failureOf(node))?.hint).toMatch(hint);
});

test.each([
  ['POST http://h answered 429', 429, /lower "max_concurrent" of a batch, or set "retry" of the node\./u],
  ['after 3 attempts: POST http://h answered 429', 429, /batch, or raise "retry" of the node\./u],
  ['after 2 attempts: GET http://h answered 503', 503, /later, or raise "retry" of the node\./u],
])('the hint fits "%s"', (message, status_code, hint) => {
  expect(failureHint(new NodeFailure(message, { outputs: { status_code } }))).toMatch(hint);
});

test('a failed command has its end, with the last 2 KB of both outputs in whole characters', async () => {
  const error = await failureOf(
    shell("printf 'é%.0s' $(seq 2000); printf 'x%.0s' $(seq 3000) >&2; echo last >&2; exit 2"),
  );
  expect(error?.commandEnd).toMatchObject({
    exit_code: 2,
    command: expect.stringContaining('exit 2') as string,
  });
  expect(error?.commandEnd?.stdout).toBe(`…${'é'.repeat(1024)}`);
  expect(error?.commandEnd?.stderr).toBe(`…${'x'.repeat(2044)}last`);
});

test('so has a command in a batch and in a nested workflow, without secrets', async () => {
  const inner = { id: 'c', type: 'shell', params: { command: 'echo ${key}; exit 4' } };
  const bench = nestedBench({
    'w.json': {
      inputs: { key: { secret: true, default: 'very-secret-value' } },
      nodes: [
        {
          id: 'p',
          type: 'workflow',
          batch: { items: [1] },
          params: { ir: { inputs: { key: { secret: true } }, nodes: [inner] }, inputs: { key: '${key}' } },
        },
      ],
    },
  });
  const { error } = await bench.run('w.json');
  expect(error).toMatchObject({ node_id: 'p/c', commandEnd: { exit_code: 4, stdout: '<redacted:key>' } });
});

test('stderr of a command that succeeds is one warning for each node, whatever its items', async () => {
  const noisy = (id: string, more: object = {}): object => ({
    id,
    type: 'shell',
    params: { command: 'echo careful >&2' },
    ...more,
  });
  const quiet = { id: 'q', type: 'shell', params: { command: 'echo out' } };
  const grep = { id: 'g', type: 'shell', params: { command: 'echo no >&2; exit 1', ok_exit_codes: [0, 1] } };
  const child = {
    id: 'w',
    type: 'workflow',
    params: { ir: { nodes: [noisy('in')], outputs: { o: { source: '${in.stderr}' } } } },
  };
  const nodes = [
    noisy('a', { batch: { items: [1, 2, 3] } }),
    quiet,
    grep,
    { ...child, batch: { items: [1, 2] } },
  ];
  const bench = nestedBench({ 'w.json': { nodes } });
  const { warnings, status } = await bench.run('w.json');
  expect(status).toBe('success');
  expect(warnings?.map(({ code, message }) => [code, message])).toEqual([
    ['SHELL_STDERR', 'node "a" ended with exit code 0 and wrote to stderr: careful'],
    ['SHELL_STDERR', 'node "w/in" ended with exit code 0 and wrote to stderr: careful'],
  ]);
});
