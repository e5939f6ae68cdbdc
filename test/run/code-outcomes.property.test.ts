// Law: whatever the code of a node does, the run ends with one outcome, one JSON document and a log with its end.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { readLog } from '../../src/log/read/read-log.ts';
import { exactJsonText } from '../../src/values/exact-json.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { workbench } from '../support/workbench.ts';

/** Statements that change what the sandbox itself may use. */
const STATEMENT = fc.constantFrom(
  'Object.prototype.toJSON = () => { throw 1 };',
  'Array.prototype.toJSON = () => 5;',
  'JSON.stringify = () => "{}";',
  'globalThis.JSON = null;',
  'Promise.prototype.then = undefined;',
  'Symbol.iterator = 1;',
  'Array.prototype[Symbol.iterator] = function* () { for (;;) yield 1 };',
  'Object.defineProperty(Object.prototype, "code", { get() { throw new Error("x") } });',
  'Error.prepareStackTrace = () => { throw 2 };',
  'Error.stackTraceLimit = -1;',
  'globalThis.Error = undefined;',
  'String.prototype.slice = () => { throw 3 };',
  'Function.prototype.call = null;',
  'delete globalThis.Object;',
  'inputs.x = inputs;',
  'setTimeout?.(() => { throw 4 });',
  'Promise.reject(new Error("unhandled"));',
  '(async () => { throw 5 })();',
  'Object.freeze(Object.prototype);',
  'new Proxy({}, { get() { throw 6 } });',
);
const RESULT = fc.constantFrom(
  'return 1;',
  'return { a: [1, 2] };',
  'return inputs;',
  'return undefined;',
  'return null;',
  'return Symbol("x");',
  'return () => 1;',
  'return 9007199254740993n;',
  'return NaN;',
  'return new Proxy({}, { ownKeys() { throw new Error("keys") } });',
  'return { get a() { throw new Error("getter") } };',
  'return { toJSON() { throw new Error("toJSON") } };',
  'return { then(resolve) { resolve({ then(r) { r(1) } }) } };',
  'return { __proto__: null, constructor: 1 };',
  'const a = {}; a.a = a; return a;',
  'return new Map([[1, new Set([2])]]);',
  'return "\\ud800";',
  'return "x".repeat(2000000);',
  'throw new Error("failed");',
  'throw null;',
  'throw undefined;',
  'throw { toString() { throw 7 } };',
  'throw new Proxy(new Error("x"), { get() { throw 8 } });',
  'throw Object.create(null);',
  'return new Promise(() => {});',
  'for (;;);',
  'return (function f() { return f() })();',
  'return new Array(2 ** 32);',
  'return eval("this is no JavaScript");',
  'return await import("node:fs");',
  'return this.constructor.constructor("return process")().exit(3);',
);

test('any code ends with one outcome, one document and a log with its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(STATEMENT, { maxLength: 3 }),
      RESULT,
      fc.boolean(),
      async (statements, end, hasEdge) => {
        const bench = workbench();
        const code = `${statements.join('\n')}\n${end}`;
        const params = { code, inputs: { x: { a: 1 } }, timeout_s: 1 };
        bench.write('flow.json', {
          nodes: [
            { id: 'n', type: 'code', params },
            { id: 'after', type: 'echo', params: { message: 'done' } },
          ],
          edges: [{ from: 'n', to: 'after', ...(hasEdge ? { action: 'error' } : {}) }],
        });
        const log = bench.path('run.ndjson');
        const outcome = await runFile(bench.path('flow.json'), {
          cwd: bench.folder,
          env: cleanEnvironment(bench.folder),
          log,
        });
        expect(['success', 'failed']).toContain(outcome.status);
        expect(outcome.error === undefined).toBe(outcome.status === 'success');
        // What is printed can be written.
        const document = exactJsonText(
          { result: outcome.output?.result, error: outcome.error?.message },
          2,
          String,
        );
        expect(typeof JSON.parse(document ?? '')).toBe('object');
        const report = await readLog(log, { onEvent: () => undefined });
        expect([report.end, report.runs.map(({ completed }) => completed)]).toEqual([
          'clean',
          [outcome.status],
        ]);
        expect(readFileSync(log, 'utf8').match(/"type":"run\.completed"/gu)).toHaveLength(1);
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
});
