// Laws for whatever a server writes: an answer to a call is its result or a failure that names the server, foreign
// lines change nothing, and the connection serves the next call.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { createServerPool, type ServerPool } from '../../src/mcp/server-pool.ts';
import type { ToolOutputs } from '../../src/nodes/mcp/tool-caller.ts';
import { fixtureServer, mcpHome, type McpHome } from '../support/mcp-home.ts';

let home: McpHome;
let pool: ServerPool;

beforeEach(() => {
  home = mcpHome({ one: fixtureServer() });
  pool = createServerPool({ cwd: home.folder, env: home.env, onProgress: () => undefined });
});

afterEach(() => pool.close());

type Outcome = { readonly outputs: ToolOutputs } | { readonly failure: NodeFailure };

/** Lets the server write these lines in answer to a call. `<id>` in them is the id of the call. */
async function write(lines: readonly string[]): Promise<Outcome> {
  const call = {
    server: 'one',
    tool: 'write',
    arguments: { lines: lines.map((line) => `${Buffer.from(line).toString('latin1')}\n`) },
    isReading: false,
  };
  const signal = new AbortController().signal;
  const options = { signal, cwd: home.folder, env: home.env, node: 'n', timeout_s: 100 };
  try {
    return { outputs: await pool.call(call, options) };
  } catch (error) {
    expect(error).toBeInstanceOf(NodeFailure);
    return { failure: error as NodeFailure };
  }
}

const answer = (members: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 0, ...members }).replace('"id":0', '"id":<id>');
const GOOD = answer({ result: { content: [{ type: 'text', text: 'heard' }] } });
const HEARD = { outputs: { result: 'heard', attachments: [] } };

const oneLine = (text: string): boolean => !/[\r\n]|<id>/u.test(text);
const method = fc.constantFrom(
  'notifications/progress',
  'notifications/cancelled',
  'notifications/tools/list_changed',
  'sampling/createMessage',
  'roots/list',
  'ping',
  'no/such/method',
);

/** Lines that are not an answer to the call. */
const foreignLine = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).filter(oneLine),
  fc.json().filter(oneLine),
  fc
    .record(
      {
        jsonrpc: fc.constantFrom('2.0', '1.0', 2),
        id: fc.oneof(fc.constantFrom(null, 1e9, -1, 'x', 1.5), fc.string()),
        method: fc.oneof(method, fc.anything({ maxDepth: 1 })),
        params: fc.jsonValue({ maxDepth: 2 }),
        result: fc.jsonValue({ maxDepth: 1 }),
        error: fc.jsonValue({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    )
    .map((message) =>
      JSON.stringify(message, (_key, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
    )
    .filter(oneLine),
);

test('lines that are not an answer change nothing, whatever is in them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(foreignLine, { maxLength: 8 }), async (lines) => {
      expect(await write([...lines, GOOD])).toEqual(HEARD);
    }),
    { numRuns: 150 },
  );
  expect(home.starts()).toHaveLength(1);
});

const block = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.record(
    {
      type: fc.constantFrom('text', 'image', 'audio', 'resource', 'resource_link', 'new', 7),
      text: fc.jsonValue({ maxDepth: 1 }),
      data: fc.jsonValue({ maxDepth: 1 }),
      mimeType: fc.jsonValue({ maxDepth: 1 }),
      resource: fc.jsonValue({ maxDepth: 1 }),
      uri: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: ['type'] },
  ),
);

/** Answers to the call with any members. */
const anyAnswer = fc
  .oneof(
    fc
      .record(
        {
          content: fc.oneof(fc.array(block, { maxLength: 3 }), fc.jsonValue({ maxDepth: 1 })),
          structuredContent: fc.jsonValue({ maxDepth: 2 }),
          isError: fc.oneof(fc.boolean(), fc.jsonValue({ maxDepth: 0 })),
        },
        { requiredKeys: [] },
      )
      .map((result) => answer({ result })),
    fc.jsonValue({ maxDepth: 2 }).map((result) => answer({ result })),
    fc.jsonValue({ maxDepth: 2 }).map((error) => answer({ error })),
    fc
      .record({ code: fc.integer(), message: fc.string(), data: fc.jsonValue({ maxDepth: 1 }) })
      .map((error) => answer({ error })),
  )
  .filter((line) => !/[\r\n]/u.test(line));

const CODES = ['MCP_SERVER_FAILED', 'MCP_TOOL_FAILED', 'MCP_TOOL_UNKNOWN'];

test('any answer is a result in JSON or a failure that names the server, and the next call is served', async () => {
  await fc.assert(
    fc.asyncProperty(anyAnswer, async (line) => {
      // Where the SDK passes over the first answer, the second one is the answer.
      const outcome = await write([line, GOOD]);
      if ('outputs' in outcome) expect(() => JSON.stringify(outcome.outputs)).not.toThrow();
      else {
        expect(CODES).toContain(outcome.failure.code);
        expect(outcome.failure.message).toMatch(/MCP server one\b/u);
      }
      expect(await write([GOOD])).toEqual(HEARD);
    }),
    { numRuns: 150 },
  );
  expect(home.starts()).toHaveLength(1);
});
