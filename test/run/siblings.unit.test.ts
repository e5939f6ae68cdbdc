// Invariant: inputs of the kinds that have gone wrong before come back right, whichever node, loop or batch they pass.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSteps } from '../../projections/steps/projection.ts';
import { createPricing } from '../../projections/pricing/create-pricing.ts';
import { project } from '../../projections/fold.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import {
  BIG,
  ORIGIN,
  chat,
  failing,
  hits,
  http,
  llm,
  one,
  run,
  sending,
  shell,
  startServer,
  stopServer,
  type Answer,
} from '../support/edge-run.ts';
import { workbench } from '../support/workbench.ts';

beforeAll(startServer);
afterAll(stopServer);

const JSON_LIST = "echo '[9007199254740993,9007199254740995]'";
const INTEGER_SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
const yes = { yes: { default: true } };
const flowOf = (nodes: readonly unknown[], source: string, more: object = {}): unknown => ({
  nodes,
  outputs: { r: { source } },
  ...more,
});

describe('a value', () => {
  test.each<[string, unknown, string]>([
    [
      'keeps its digits as an item of a batch in parallel',
      flowOf(
        [
          { id: 'l', type: 'shell', params: { command: JSON_LIST, output: 'json' } },
          {
            id: 'b',
            type: 'code',
            batch: { items: '${l.json}', parallel: true },
            params: { code: 'return inputs.x', inputs: { x: '${item}' } },
          },
        ],
        '${b.successes[1].result}',
      ),
      '9007199254740995',
    ],
    [
      'keeps its digits where a loop carries it on',
      flowOf(
        [
          {
            id: 'n',
            type: 'code',
            params: { code: 'return { id: inputs.id + 2n }', inputs: { id: 9007199254740993n } },
            loop: { while: '${yes}', carry: { inputs: { id: '${n.result.id}' } }, max_iterations: 3 },
          },
        ],
        '${n.result.id}',
        { inputs: yes },
      ),
      '9007199254740999',
    ],
    [
      'differs from its neighbour in a switch',
      flowOf(
        [
          {
            id: 'n',
            type: 'switch',
            params: { value: '${x}', cases: { '9007199254740992': 'no', [BIG]: 'default' } },
          },
        ],
        '${n.case}',
        { inputs: { x: { default: 9007199254740993n } } },
      ),
      `"${BIG}"`,
    ],
    ...["$& $1 $$ $` $'", '${n.exit_code} $(id) `id`', '\\n \\\\ %s \u2028', '007', '{"a": 1.0}'].map(
      (text): [string, unknown, string] => [
        `stays as it is in a command and in a text: ${text}`,
        flowOf(
          [{ id: 'n', type: 'shell', params: { command: 'printf %s ${m}; printf \' %s\' "${m}"' } }],
          '<${n.stdout}>',
          { inputs: { m: { type: 'string', default: text } } },
        ),
        JSON.stringify(`<${text} ${text}>`),
      ],
    ),
    [
      'may be called as what all objects have',
      flowOf(
        [
          { id: 'constructor', type: 'shell', params: { command: 'printf x' } },
          {
            id: 'toString',
            type: 'code',
            params: {
              code: 'return inputs.a',
              inputs: { a: '${constructor.stdout}' },
            },
          },
        ],
        '${toString.result}',
      ),
      '"x"',
    ],
    ['is binary on stderr', shell("printf '\\377' >&2", '${n.stderr_is_binary}'), 'true'],
    [
      'loses one newline at the end and no more',
      shell("printf 'a\\n\\n' | cat", '${n.stdout}'),
      JSON.stringify('a\n'),
    ],
  ])('%s', async (_what, flow, expected) => {
    const { error, json } = await run({ flow });
    expect([error, json]).toEqual([undefined, `{"r":${expected}}`]);
  });
});

describe('an output of an earlier visit is gone', () => {
  const marked = 'if test -e s; then echo ok; else touch s; exit 4; fi';
  test.each<[string, unknown, string]>([
    [
      'in a nested workflow',
      one(
        'workflow',
        {
          ir: flowOf(
            [
              { id: 'n', type: 'shell', params: { command: marked } },
              { id: 'x', type: 'echo', params: { message: 'again' } },
              { id: 'e', type: 'echo', params: { data: '${n.error ?? "gone"}' } },
            ],
            '${e.data}',
            {
              edges: [
                { from: 'n', to: 'x', action: 'error' },
                { from: 'x', to: 'n' },
                { from: 'n', to: 'e' },
              ],
            },
          ),
        },
        '${n.r}',
      ),
      '"gone"',
    ],
    [
      'where a loop ends with a failure',
      flowOf(
        [
          {
            id: 'n',
            type: 'shell',
            params: { command: `test -e s && exit 3; touch s; echo '{}'`, output: 'json' },
            loop: { while: '${yes}', max_iterations: 3 },
          },
          { id: 'ok', type: 'echo', params: { message: 'ok' } },
          { id: 'e', type: 'echo', params: { data: ['${n.json ?? "gone"}', '${n.exit_code}'] } },
        ],
        '${e.data}',
        {
          inputs: yes,
          edges: [
            { from: 'n', to: 'ok' },
            { from: 'n', to: 'e', action: 'error' },
          ],
        },
      ),
      '["gone",3]',
    ],
    [
      'where a batch has fewer items than before',
      flowOf(
        [
          {
            id: 'p',
            type: 'shell',
            params: {
              command: 'if test -e s; then echo "[0]"; else touch s; echo "[0,1]"; fi',
              output: 'json',
            },
          },
          {
            id: 'b',
            type: 'shell',
            batch: { items: '${p.json}', error_handling: 'continue' },
            params: { command: 'exit ${item}' },
          },
          {
            id: 's',
            type: 'switch',
            params: { value: '${b.error_count}', cases: { '0': 'done' }, default: 'again' },
          },
          { id: 'e', type: 'echo', params: { data: ['${b.errors}', '${b.results[1] ?? "gone"}'] } },
        ],
        '${e.data}',
        {
          edges: [
            { from: 'p', to: 'b' },
            { from: 'b', to: 's' },
            { from: 's', to: 'p', action: 'again' },
            { from: 's', to: 'e', action: 'done' },
          ],
        },
      ),
      '[null,"gone"]',
    ],
  ])('%s', async (_where, flow, expected) => {
    const { error, json } = await run({ flow, options: { cwd: workbench().folder } });
    expect([error, json]).toEqual([undefined, `{"r":${expected}}`]);
  });
});

describe('a request', () => {
  test.each<[string, object, Answer, number]>([
    ['PATCH that fails is sent once', { method: 'PATCH', body: 'x' }, failing(500, ''), 1],
    ['POST that is answered with 502 is sent once', { method: 'POST', body: 'x' }, failing(502, ''), 1],
    [
      'POST that has to wait too long is sent once',
      { method: 'POST', body: 'x' },
      (_request, response) => response.writeHead(503, { 'retry-after': '99999999999999999999' }).end(),
      1,
    ],
  ])('%s', async (_what, params, serve, count) => {
    const { error } = await run({ flow: http(params), serve });
    expect([error?.code, hits().length]).toEqual(['NODE_FAILED', count]);
  });

  test('that expects an integer is not satisfied by its neighbour', async () => {
    const flow = http({ expect: { body: { id: 9007199254740993n } } });
    const serve = sending('{"id":9007199254740992}', { 'content-type': 'application/json' });
    const { error } = await run({ flow, serve });
    expect(error?.message).toContain('9007199254740992');
  });

  test('keeps the query of its URL, with params before a fragment', async () => {
    const flow = http({
      url: `${ORIGIN}/p?a=b+c&x=%2f&y&e=%E9#top`,
      params: { z: 1, l: [1, 2], none: null },
    });
    await run({ flow });
    expect(hits()[0]?.url).toBe('/p?a=b+c&x=%2f&y&e=%E9&z=1&l=1&l=2');
  });
});

describe('a structured answer is found with one request', () => {
  test.each([
    ['behind thoughts with another one', '<think>maybe {"a": 9}?</think>\n{"a": 1}'],
    [
      'behind thoughts with a fence',
      '<thinking>\n```json\n{"a": 9}\n```\n</thinking>So:\n```\n{"a": 1}\n```\n{x}',
    ],
    ['twice between words', 'The answer is {"a": 1}. As said: {"a":1}'],
    ['in a fence of tildes', '~~~json\r\n{"a": 1}\r\n~~~'],
  ])('%s', async (_where, text) => {
    const { error, json } = await run({ flow: llm({ output_schema: INTEGER_SCHEMA }), serve: chat(text) });
    expect([error, json, hits().length]).toEqual([undefined, '{"r":{"a":1}}', 1]);
  });

  test.each([
    ['was cut', '{"a": 1'],
    ['was cut in its thoughts', '<think>{"a": 9}'],
  ])('or fails at once where it %s', async (_how, text) => {
    const serve = chat(text, { finish: 'length' });
    const { error } = await run({ flow: llm({ output_schema: INTEGER_SCHEMA }), serve });
    expect([error?.code, hits().length]).toEqual(['MODEL_ANSWER_INVALID', 1]);
  });
});

describe('a secret is replaced', () => {
  const secret = `p/ss+Wö'rd"9x<Lw4RbNq`;
  const json = JSON.stringify(secret);
  const base64 = (before: string): string => Buffer.from(before + secret + 'tail').toString('base64');
  test.each([
    [
      'in JSON for an attribute of HTML',
      json
        .replaceAll('\\"', '\\u0022')
        .replaceAll("'", '\\u0027')
        .replaceAll('<', '\\u003C')
        .replaceAll('ö', '\\u00F6'),
    ],
    ['in HTML', secret.replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#039;')],
    ['in JSON in JSON', JSON.stringify(json)],
    ['in base64 of lines of 20', base64('ab').replaceAll(/.{20}/g, '$&\n')],
    ['in a URL with / kept', encodeURIComponent(secret).replaceAll('%2F', '/')],
    ['in hexadecimal digits', Buffer.from(secret).toString('hex').toUpperCase()],
  ])('%s', (_where, text) => {
    const redacted = createRedactor({ env: { APP_PASSWORD: secret } }).redact(`x ${text} y`);
    expect(redacted).toContain('<redacted:APP_PASSWORD>');
    for (const part of ['9x', 'Lw4RbNq', base64('ab').slice(4, 20)]) expect(redacted).not.toContain(part);
  });
});

test.each<[string, unknown]>([
  ['command', shell('sleep 30')],
  ['request', http({ url: `${ORIGIN}/slow` })],
  [
    'batch',
    one('shell', { command: 'sleep ${item}' }, '${n.count}', { batch: { items: [30, 31], parallel: true } }),
  ],
  [
    'nested workflow',
    one(
      'workflow',
      { ir: { nodes: [{ id: 'q', type: 'shell', params: { command: 'sleep 30' } }] } },
      '${n.error}',
    ),
  ],
])('the step of a %s that was interrupted is interrupted', async (_what, flow) => {
  const controller = new AbortController();
  const serve: Answer = () => {
    controller.abort();
  };
  const started = setInterval(() => {
    controller.abort();
  }, 200);
  const { log } = await run({ flow, serve, options: { signal: controller.signal } });
  clearInterval(started);
  const events = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as never);
  const steps = project(createSteps({ pricing: createPricing({ books: [] }) }), events);
  expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 'interrupted'));
});

test('a prompt file that is a pipe is refused instead of read for ever', async () => {
  const bench = workbench();
  const pipe = bench.path('pipe');
  execFileSync('mkfifo', [pipe]);
  const { error } = await run({ flow: llm({ prompt: { file: pipe } }) });
  expect([error?.code, error?.message]).toEqual([
    'WORKFLOW_INVALID',
    expect.stringContaining('is a pipe or a device, not a file'),
  ]);
});

test.each([
  ['is not there', undefined, 'FILE_NOT_FOUND'],
  ['is not JSON', 'garbage', 'PRICES_INVALID'],
  ['has a key twice', '{"models":{},\n"models":{}}', 'PRICES_INVALID'],
])('a price file that %s is refused, though nothing is priced', async (_how, text, code) => {
  const bench = workbench();
  const pricing = text === undefined ? bench.path('none.json') : bench.write('prices.json', text);
  const { log: _log, ...ran } = await run({
    flow: shell('echo hi'),
    options: { pricing, log: undefined } as never,
  });
  expect(ran.error?.code).toBe(code);
});
