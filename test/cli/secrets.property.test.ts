// Invariant: whatever a secret looks like and wherever it comes from (inputs, nested objects, environment, headers,
// addresses, errors, concatenated halves), it is in no byte of the log, the trace, stderr, or the JSON document
// outside its result, in none of the forms that it can have in a text.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CliRun } from '../support/cli.ts';
import { testProvider, workbench, type Workbench } from '../support/workbench.ts';

/** Refuses every request and repeats its contents in the answer. */
let service: Server;

beforeAll(async () => {
  service = createServer((request, response) => {
    response.statusCode = 418;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ error: `refused ${String(request.url)}`, headers: request.headers }));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  service.close();
});

const ORDER = ['shout', 'call', 'page', 'login', 'ask', 'join', 'nest'];

const FLOW = {
  inputs: {
    pw: { type: 'string', secret: true },
    site_pw: { type: 'string', secret: true },
    config: { type: 'object' },
    ...{ first: { type: 'string' }, second: { type: 'string' }, api: { type: 'string' } },
  },
  nodes: [
    {
      id: 'shout',
      type: 'shell',
      params: {
        command: `printf '%s' "it was $DEPOT_API_KEY, $PW and $NESTED" >&2; exit 1`,
        env: { PW: '${pw}', NESTED: '${config.deep[0].token}' },
      },
    },
    {
      id: 'call',
      type: 'http',
      retry: { max: 1 },
      params: {
        url: 'http://${api}/path',
        headers: { 'X-Api-Key': '${config.deep[0].token}', authorization: 'Bearer ${pw}' },
        params: { q: '${pw}', api_key: '${config.deep[0].token}' },
        body: { nested: { password: '${pw}', list: ['${config.deep[0].token}'] } },
      },
    },
    { id: 'page', type: 'http', retry: { max: 1 }, params: { url: 'http://${api}/page/${site_pw}' } },
    { id: 'login', type: 'http', retry: { max: 1 }, params: { url: 'http://user:${site_pw}@${api}/' } },
    {
      id: 'ask',
      type: 'llm',
      retry: { max: 1 },
      params: { model: 'openai/gpt-4o-mini', system: 'key ${config.deep[0].token}', prompt: 'say ${pw}' },
    },
    {
      id: 'join',
      type: 'echo',
      params: { message: 'x${first}${second}y', data: { text: '${first}${second}' } },
    },
    {
      id: 'nest',
      type: 'echo',
      params: { data: { a: [{ b: 'x ${pw} y' }], '${pw}': 1, shown: '${shout.stderr}' } },
    },
  ],
  edges: ORDER.slice(1).flatMap((to, index) =>
    ['default', 'error'].map((action) => ({ from: ORDER[index], to, action })),
  ),
  outputs: { text: { source: '${nest.data}' } },
};

/** Printable, as headers require, including characters that need escaping somewhere. */
const LETTERS = Array.from('abcXYZ0189+/=-_.~!"\\\'% &?#@:<>{}$`');
const PIECE = 9;
/** Needs no percent-encoding between `:` and `@` of an address. */
const IN_ADDRESS = Array.from('abcXYZ0189+=-_.~!$');
const secretOf = (letters: readonly string[]): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...letters), minLength: 10, maxLength: 40 })
    .map((text) => `S${text.trim()}e`);

const secrets = fc
  .tuple(secretOf(LETTERS), secretOf(LETTERS), secretOf(LETTERS), secretOf(IN_ADDRESS))
  .filter((all) => new Set(all).size === all.length);

/** Lists the forms to search for: plain, in JSON, in JSON inside JSON, in an address, in base64. */
function formsOf(value: string): readonly string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  return [
    value,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    encodeURIComponent(value),
    new URLSearchParams([['', value]]).toString().slice(1),
    new URL(`http://h/${value}`).href.slice('http://h/'.length),
    Buffer.from(value).toString('base64').slice(0, -4),
  ];
}

function piecesOf(value: string): readonly string[] {
  return Array.from({ length: value.length - PIECE + 1 }, (_, at) => value.slice(at, at + PIECE));
}

/** Returns everything written except the result, which belongs to the user. */
function written(bench: Workbench, run: CliRun): readonly (readonly [string, string])[] {
  const { result: _result, ...document } = JSON.parse(run.stdout) as Readonly<Record<string, unknown>>;
  const trace = readFileSync(String(document['trace_file']), 'utf8');
  const log = readFileSync(bench.path('run.ndjson'), 'utf8');
  return [
    ['stderr', run.stderr],
    ['document', JSON.stringify(document)],
    ['trace', trace],
    ['log', log],
  ];
}

test('no secret is in any byte but those of the result', async () => {
  const { port } = service.address() as AddressInfo;
  await fc.assert(
    fc.asyncProperty(secrets, async ([pw, token, key, login]) => {
      const message = `no such key: ${pw} ${token}`;
      const provider = await testProvider({ rules: [{ then: { do: 'status', status: 400, message } }] });
      const bench = workbench({ ...provider.env, DEPOT_API_KEY: key });
      bench.write('flow.json', FLOW);
      const half = Math.floor(key.length / 2);
      const inputs = {
        pw,
        site_pw: login,
        config: JSON.stringify({ deep: [{ token }] }),
        first: key.slice(0, half),
        second: key.slice(half),
        api: `127.0.0.1:${String(port)}`,
      };
      const words = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
      const flags = ['--log', 'run.ndjson', '--trace', '--verbose', '--output-format', 'json'];
      const run = await bench.run(['run', 'flow.json', ...words, ...flags]);
      expect({ code: run.code, error: run.code === 0 ? '' : run.stderr }).toEqual({ code: 0, error: '' });
      const { result } = JSON.parse(run.stdout) as { result: { text: unknown } };
      expect(JSON.stringify(result)).toContain(JSON.stringify(`x ${pw} y`));
      for (const [where, text] of written(bench, run)) {
        for (const value of [pw, token, key, login]) {
          expect([where, ...formsOf(value).filter((form) => text.includes(form))]).toEqual([where]);
        }
        // A piece that is long enough to be useful is not there either. The halves of the key are not secrets.
        for (const value of [pw, token, login]) {
          expect([where, ...piecesOf(value).filter((piece) => text.includes(piece))]).toEqual([where]);
        }
        if (where === 'log') expect(text).toContain('<redacted:');
      }
    }),
    { numRuns: 8 },
  );
});
