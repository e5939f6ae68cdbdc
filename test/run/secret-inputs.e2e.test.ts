// Invariant: no part of a secret input is in a log, whatever its type. A log of level metrics holds no message.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { workbench, type Workbench } from '../support/workbench.ts';

interface Logged {
  readonly log: string;
  readonly shown: string;
}

async function runLogged(
  bench: Workbench,
  options: Parameters<typeof runFile>[1] & object = {},
): Promise<Logged> {
  const log = bench.path('run.ndjson');
  const env = { ...cleanEnvironment(bench.folder), ...options.env };
  const outcome = await runFile(bench.path('flow.json'), { cwd: bench.folder, ...options, env, log });
  const { message = '', details = [] } = outcome.error ?? {};
  return { log: readFileSync(log, 'utf8'), shown: [message, ...details].join('\n') };
}

const SECRETS = {
  pin: { type: 'number', secret: true, default: 4711 },
  long: { type: 'number', secret: true },
  short: { type: 'string', secret: true },
  login: { type: 'object', secret: true },
  unused: { type: 'string', secret: true, default: 'Default-Unused-7' },
};

const INPUTS = {
  unused: 'Given-Instead-8',
  long: 90071992547,
  short: 'xq9',
  login: { 'tok-9Xq7Zr2': { user: 'me', 'a-b': ['deep-value-1', 98765] } },
};

test('a value in a list under a secret name is hidden wherever it occurs', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    inputs: { api_keys: { type: 'array' }, headers: { type: 'array' } },
    nodes: [
      { id: 's', type: 'shell', params: { command: 'printf %s ${api_keys[1]} ${headers[0].value}; exit 3' } },
    ],
  });
  const { log, shown } = await runLogged(bench, {
    inputs: {
      api_keys: ['first-of-two-9', 'second-of-two-9'],
      headers: [{ name: 'x-api-key', value: 'named-value-9' }],
    },
  });
  for (const part of ['first-of-two-9', 'second-of-two-9', 'named-value-9']) {
    expect(log).not.toContain(part);
    expect(shown).not.toContain(part);
  }
  expect(shown).toContain('stdout: <redacted:api_keys><redacted:x-api-key>');
});

test('numbers, short texts, objects, their keys and defaults are hidden everywhere', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    inputs: SECRETS,
    nodes: [
      {
        id: 'e',
        type: 'echo',
        params: { message: 'pin ${pin}, long ${long}, short ${short}; login ${login} ${unused}' },
      },
      { id: 'o', type: 'code', params: { code: 'return inputs', inputs: { l: '${login}', p: '${pin}' } } },
      { id: 's', type: 'shell', params: { command: 'cat; exit 3', stdin: '${e.echo}' } },
    ],
  });
  const { log, shown } = await runLogged(bench, { inputs: INPUTS });
  for (const part of [
    '4711',
    '90071992547',
    'xq9',
    'tok-9Xq7Zr2',
    'deep-value-1',
    '98765',
    'Default-Unused-7',
    'Given-Instead-8',
  ]) {
    expect([part, log.includes(part), shown.includes(part)]).toEqual([part, false, false]);
  }
  expect(log).toContain('"default":"<redacted:pin>"');
});

test('numbers and whole objects are hidden in base64, too', async () => {
  const bench = workbench();
  const node = {
    id: 's',
    type: 'shell',
    params: { command: 'echo "$L" | base64; printf %s ${long} | base64; exit 3' },
  };
  const nodes = [{ ...node, params: { ...node.params, env: { L: '${login}' } } }];
  bench.write('flow.json', { inputs: { long: SECRETS.long, login: SECRETS.login }, nodes });
  const { log, shown } = await runLogged(bench, { inputs: { long: INPUTS.long, login: INPUTS.login } });
  const json = Buffer.from(`${JSON.stringify(INPUTS.login)}\n`).toString('base64');
  for (const part of [
    json.slice(-24, -8),
    Buffer.from(String(INPUTS.long)).toString('base64').slice(0, -4),
  ]) {
    expect([part, log.includes(part), shown.includes(part)]).toEqual([part, false, false]);
  }
});

test('a secret boolean is hidden in the inputs, in the file and in the initial store', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    inputs: { flag: { type: 'boolean', secret: true, default: true } },
    nodes: [{ id: 'e', type: 'echo', params: { message: '${flag}' } }],
  });
  const { log } = await runLogged(bench);
  expect(log).toContain('"inputs":{"flag":"<redacted:flag>"}');
  expect(log).toContain('"default":"<redacted:flag>"');
  expect(log).toContain('{"op":"add","path":["flag"],"value":"<redacted:flag>"}');
});

test('the variable of a key in the settings is secret, whatever its name', async () => {
  const bench = workbench();
  const home = bench.path('settings-home');
  mkdirSync(home);
  const providers = { local: { base_url: 'http://127.0.0.1:9/v1', api_key_env: 'MY_THING' } };
  writeFileSync(`${home}/settings.json`, JSON.stringify({ providers }));
  bench.write('flow.json', {
    nodes: [{ id: 's', type: 'shell', params: { command: 'echo the-neutral-value' } }],
  });
  const { log } = await runLogged(bench, { env: { PFLOW_HOME: home, MY_THING: 'the-neutral-value' } });
  expect(log).not.toContain('the-neutral-value');
  expect(log).toContain('<redacted:MY_THING>');
});

test('a text that looks like a placeholder stays, and hides no secret', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    nodes: [
      { id: 'a', type: 'echo', params: { message: '<redacted:NAME> as I wrote it' } },
      { id: 'b', type: 'echo', params: { message: '<redacted:hunter2-horse-battery>' } },
    ],
  });
  const { log } = await runLogged(bench, { env: { DB_PASSWORD: 'hunter2-horse-battery' } });
  expect(log).toContain('"<redacted:NAME> as I wrote it"');
  expect(log).not.toContain('hunter2-horse-battery');
});

test('messages of failures and warnings are left out at level metrics, codes are not', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    nodes: [
      {
        id: 'c',
        type: 'code',
        params: { code: 'throw new Error("content of " + inputs.x)', inputs: { x: 'private words' } },
      },
      { id: 's', type: 'shell', params: { command: 'echo private words >&2; exit 4' } },
      { id: 'e', type: 'echo', params: { message: 'private words' } },
    ],
    edges: [
      { from: 'c', to: 's', action: 'error' },
      { from: 'c', to: 'e' },
    ],
  });
  const { log, shown } = await runLogged(bench, { logLevel: 'metrics' });
  expect(shown).toContain('private words');
  expect(log).not.toContain('private');
  expect(log).toContain('"code":"NODE_RECOVERED","message":"left out at level metrics"');
});
