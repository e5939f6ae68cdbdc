// Checks that the code node takes plain values, returns plain values and always ends.
import { describe, expect, it } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { code } from '../../src/nodes/code.ts';
import { runNode, type NodeRun } from '../support/run-node.ts';

const running = (text: string, more: Record<string, unknown> = {}): Promise<NodeRun> =>
  runNode(code, { code: text, ...more });

async function failureOf(text: string, more: Record<string, unknown> = {}): Promise<NodeFailure> {
  const { error, action } = await running(text, more);
  expect([error instanceof NodeFailure, action]).toEqual([true, undefined]);
  return error as NodeFailure;
}

describe('code that runs', () => {
  it.each([
    ['return inputs.rows.filter((row) => row.n > 1)', [{ n: 2 }]],
    ['const { rows } = inputs\nreturn rows.length // rows', 2],
    ['return `${inputs.rows[0].n} of ${inputs.rows.length}`', '1 of 2'],
    ['return (await Promise.all([1, 2].map(async (n) => n * 2)))', [2, 4]],
    [
      'return { a: undefined, b: [undefined, null], c: "ü\u2028", d: -0, e: 1e300 }',
      { b: [null, null], c: 'ü\u2028', d: 0, e: 1e300 },
    ],
    ['return new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['return Object.assign(Object.create(null), { x: 1 })', { x: 1 }],
    ['return "404"', '404'],
    ['return { a: [5n, 2n ** 64n, inputs.rows.length] }', { a: [5, 2n ** 64n, 2] }],
    ['return null', null],
    ['return JSON.parse(\'{"__proto__": {"a": 1}}\').a ?? "own"', 'own'],
  ])('%s', async (text, result) => {
    const { shared, action } = await running(text, { inputs: { rows: [{ n: 1 }, { n: 2 }] } });
    expect([action, shared]).toEqual(['default', { result }]);
  });

  it('cannot leave its context through an error of Node.js', async () => {
    const { shared } = await running(
      `try { await import('node:fs') } catch (error) {
         const reached = [error.constructor.constructor, Object.getPrototypeOf(error.constructor).constructor]
         return [error instanceof Error, ...reached.map((make) => typeof make('return process'))]
       }`,
    );
    expect(shared['result']).toEqual([false, 'object', 'object']);
  });

  it('gets and returns integers with all their digits', async () => {
    const inputs = {
      big: [2n ** 70n],
      text: 'pflow-integer-0:1',
      deep: { 'pflow-integer-1:': -(2n ** 53n) - 1n },
    };
    const { shared } = await running('return { ...inputs, sum: inputs.big[0] + 1n }', { inputs });
    expect(shared).toEqual({ result: { ...inputs, sum: 2n ** 70n + 1n } });
  });

  it('does not change the inputs of its caller', async () => {
    const inputs = { list: [3, 1, 2] };
    expect((await running('return inputs.list.sort()', { inputs })).shared).toEqual({ result: [1, 2, 3] });
    expect(inputs).toEqual({ list: [3, 1, 2] });
  });

  it('has no access to the process', async () => {
    process.env['PFLOW_TEST_SECRET'] = 'hush';
    const names = [
      'process',
      'require',
      'module',
      'global',
      'Buffer',
      'fetch',
      'console',
      'setTimeout',
      'WebAssembly',
      'SharedArrayBuffer',
      'Atomics',
    ];
    const { shared } = await running(
      `const seen = ${JSON.stringify(names)}.filter((name) => name in globalThis)
       const roots = [globalThis, inputs, inputs.list, Error, run, next].map((one) => {
         try { return one.constructor.constructor('return typeof process')() } catch (error) { return error.name }
       })
       function run() {}
       return { seen, roots, keys: Object.keys(globalThis) }`,
      { inputs: { list: [] } },
    );
    expect(shared['result']).toEqual({ seen: [], roots: Array(6).fill('EvalError'), keys: ['next'] });
  });
});

describe('code that fails', () => {
  it.each([
    ['throw new TypeError("no\\nway")', 'the code threw TypeError: no\nway (line 1)'],
    ['\n\nnull.x', "the code threw TypeError: Cannot read properties of null (reading 'x') (line 3)"],
    ['throw "text"', 'the code threw Error: text'],
    ['throw null', 'the code threw Error: null'],
    [
      'return await import("node:fs")',
      'the code threw TypeError: A dynamic import callback was not specified. (line 1)',
    ],
    ['await new Promise(() => {})', 'the code waits for a promise that never settles'],
    ['1 + 1', 'the code returned nothing'],
    ['return () => 1', 'the code returned a value that is not plain: result is a function'],
    ['return [Symbol.iterator]', 'the code returned a value that is not plain: result[0] is a symbol'],
    ['return new Map([[1, 2]])', 'the code returned a value that is not plain: result is a Map'],
    [
      'class Own {}\nreturn { own: new Own() }',
      'the code returned a value that is not plain: result.own is a Own',
    ],
    ['return 0 / 0', 'the code returned a value that is not plain: result is NaN'],
    [
      'const a = {}; a.b = { a }; return a',
      'the code returned a value that is not plain: result.b.a is a value that holds itself',
    ],
    ['return { get x() { throw new Error("getter") } }', 'the code threw Error: getter (line 1)'],
  ])('%s', async (text, message) => {
    const failure = await failureOf(text);
    expect([failure.message, failure.retryable]).toEqual([message, false]);
  });

  it.each([
    ['return rows', 'Inputs are read as inputs.rows.'],
    [
      'return require("fs")',
      'Code has plain JavaScript and `inputs` only; use other nodes for files, network and commands.',
    ],
  ])('%s gets a hint', async (text, hint) => {
    expect((await failureOf(text, { inputs: { rows: 1 } })).hint).toBe(hint);
  });

  it.each([
    ['a loop', 'for (;;) {}'],
    ['a loop that waits', 'for (;;) await null'],
    ['a regular expression that never ends', 'return /^(a+)+$/.test("a".repeat(40) + "b")'],
  ])('%s is ended after timeout_s', async (_what, text) => {
    const failure = await failureOf(text, { timeout_s: 0.3 });
    expect([failure.code, failure.message]).toEqual(['NODE_TIMEOUT', 'the code did not end within 0.3 s']);
  });

  it.each([
    'const all = []; for (;;) all.push({ n: all.length })',
    'let s = "x"; for (;;) s += s + s.length',
    'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1))',
    'return new Float64Array(2e8).fill(1).length',
  ])('that needs more than memory_mb is ended: %s', async (text) => {
    const failure = await failureOf(text, { memory_mb: 16, timeout_s: 200 });
    expect(failure.message).toMatch(
      /^the code (?:needs more than 16 MB of memory and was ended|threw RangeError: Invalid string length)/u,
    );
  });

  it('is ended when the run is aborted, even in a loop that does not wait', async () => {
    const controller = new AbortController();
    const outcome = runNode(code, { code: 'for (;;) {}' }, { context: { signal: controller.signal } });
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 100);
    expect((await outcome).error).toMatchObject({ message: 'enough' });
    const context = { signal: AbortSignal.abort(new Error('before')) };
    expect((await runNode(code, { code: 'return 1' }, { context })).error).toMatchObject({
      message: 'before',
    });
  });
});

it.each([
  ['return {', 'is not JavaScript: its brackets do not match (line 1)'],
  ['return 1 }', 'is not JavaScript: its brackets do not match (line 1)'],
  ['const a = 1\nconst a = 2', "is not JavaScript: Identifier 'a' has already been declared (line 2)"],
  ['}), (evil(), async function () {', 'is not JavaScript: its brackets do not match (line 1)'],
  ['with (inputs) return x', 'is not JavaScript: Strict mode code may not include a with statement (line 1)'],
])('code that is not JavaScript is rejected before it runs: %s', (text, message) => {
  const [issue] = code.params.safeParse({ code: text }).error?.issues ?? [];
  expect(issue).toMatchObject({ path: ['code'], message });
});
