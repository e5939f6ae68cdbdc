// Law: a log at level metrics holds no content: no value, prompt, body, path, command or message of an error.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { workbench } from '../support/workbench.ts';

let origin = '';
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const content = `echo ${request.url ?? ''} ${body}`;
    if (request.url?.startsWith('/fail') === true) response.writeHead(500).end(content);
    else if (request.url?.includes('/chat/') === true) {
      const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
      const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'x', model: 'llama3.2', choices, usage }));
    } else response.end(content);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A word that no event has by itself. */
const word = fc
  .string({
    unit: fc.constantFrom(...Array.from('abcdefghijkmnpqrstuvwxyzQX37')),
    minLength: 10,
    maxLength: 16,
  })
  .map((text) => `zq${text}`);

/** Nodes with a value in each place. */
const NODES: Readonly<Record<string, (secret: string) => Readonly<Record<string, unknown>>>> = {
  echo: (w) => ({ type: 'echo', params: { message: `m ${w}`, data: { [w]: w } } }),
  shell: (w) => ({ type: 'shell', params: { command: `echo ${w}; echo ${w} >&2; exit 3` } }),
  'missing command': (w) => ({ type: 'shell', params: { command: `${w}-program`, stdin: w } }),
  'missing folder': (w) => ({ type: 'shell', params: { command: 'pwd', cwd: `/${w}` } }),
  code: (w) => ({ type: 'code', params: { code: `throw new Error("${w}")` } }),
  'broken code': (w) => ({ type: 'code', params: { code: `${w} ${w}` } }),
  read: (w) => ({ type: 'read-file', params: { file_path: `/tmp/${w}/${w}.txt` } }),
  write: (w) => ({ type: 'write-file', params: { file_path: `/dev/null/${w}`, content: w } }),
  copy: (w) => ({ type: 'copy-file', params: { source_path: w, dest_path: `${w}/${w}` } }),
  http: (w) => ({
    type: 'http',
    params: { url: `${origin}/fail/${w}?${w}=${w}`, method: 'POST', body: w, headers: { 'x-a': w } },
  }),
  unreachable: (w) => ({ type: 'http', params: { url: `http://${w}.invalid/${w}` }, retry: { max: 1 } }),
  unexpected: (w) => ({
    type: 'http',
    params: { url: `${origin}/ok`, method: 'POST', body: w, expect: { body: { [w]: w } } },
  }),
  llm: (w) => ({ type: 'llm', params: { model: 'ollama/llama3.2', prompt: w, system: w } }),
  schema: (w) => ({
    type: 'llm',
    params: { model: 'ollama/llama3.2', prompt: w, output_schema: { type: 'object', required: [w] } },
    retry: { max: 1 },
  }),
  image: (w) => ({ type: 'llm', params: { model: 'ollama/llama3.2', prompt: 'p', images: `${w}.png` } }),
  template: (w) => ({ type: 'echo', params: { message: `\${input.${w}}` } }),
  json: (w) => ({ type: 'shell', params: { command: `echo '{"${w}": ${w}}'`, output: 'json' } }),
  batch: (w) => ({
    type: 'shell',
    batch: { items: [w, `${w}2`], error_handling: 'continue' },
    params: { command: 'echo ${item}; exit 1' },
  }),
};

test.each(Object.keys(NODES))('a %s node, which is recovered or ends the run', async (kind) => {
  await fc.assert(
    fc.asyncProperty(word, fc.boolean(), async (secret, hasEdge) => {
      const bench = workbench();
      const node = { id: 'n', retry: { max: 2, wait_s: 0 }, ...NODES[kind]?.(secret) };
      const nodes = [node, { id: 'after', type: 'echo', params: { message: '${input}' } }];
      const edges = [
        { from: 'n', to: 'after' },
        ...(hasEdge ? [{ from: 'n', to: 'after', action: 'error' }] : []),
      ];
      bench.write('flow.json', {
        inputs: { input: {} },
        nodes,
        edges,
        outputs: { o: { source: '${after.echo}' } },
      });
      const log = bench.path('run.ndjson');
      const env = { ...cleanEnvironment(bench.folder), OLLAMA_HOST: origin };
      const outcome = await runFile(bench.path('flow.json'), {
        cwd: bench.folder,
        env,
        inputs: { input: { value: secret } },
        log,
        logLevel: 'metrics',
      }).catch((error: unknown) => error as Error);
      const written = outcome instanceof Error ? '' : readFileSync(log, 'utf8');
      expect(written).not.toContain(secret);
      expect(written).not.toContain(Buffer.from(secret).toString('base64'));
      expect(written.includes('"type":"run.completed"') || outcome instanceof Error).toBe(true);
    }),
    { numRuns: 2 },
  );
});
