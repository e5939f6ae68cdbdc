// Law: whatever code does to its own world, its node ends with one outcome, a plain result or a failure with a message.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { code } from '../../src/nodes/code.ts';
import { runNode } from '../support/run-node.ts';

/** Statements that damage what later code could rely on. */
const DAMAGE = [
  'Object.prototype.toJSON = () => { throw new Error("toJSON") };',
  'Array.prototype.toJSON = () => "forged";',
  'String.prototype.toJSON = () => "forged"; BigInt.prototype.toJSON = () => "forged";',
  'JSON.stringify = () => "forged"; JSON.parse = () => "forged";',
  'Array.prototype.map = Array.prototype.forEach = Array.prototype.push = undefined;',
  'Array.prototype[Symbol.iterator] = String.prototype[Symbol.iterator] = undefined;',
  'Promise.prototype.then = (done) => done("forged");',
  'Object.defineProperty(Promise.prototype, "constructor", { get() { throw new Error("constructor") } });',
  'Object.defineProperty(Promise, Symbol.species, { get() { throw new Error("species") } });',
  'Object.defineProperty(Array.prototype, 0, { set() { throw new Error("index") }, get: () => "forged" });',
  'Object.defineProperty(Object.prototype, "value", { get() { throw new Error("value") } });',
  'Object.prototype.get = () => "forged"; Object.prototype.constructor = undefined;',
  'Object.prototype.then = (done) => done("forged");',
  'Object.defineProperty(Object.prototype, "then", { get() { throw new Error("then") } });',
  'Set.prototype.has = Set.prototype.add = () => true; Date.prototype.getTime = () => 7;',
  'Object.keys = Object.entries = () => ["forged"]; Reflect.apply = Reflect.ownKeys = undefined;',
  'Object.getPrototypeOf = Reflect.getPrototypeOf = () => null; Array.isArray = () => false;',
  'Function.prototype.call = Function.prototype.apply = Function.prototype.bind = undefined;',
  'RegExp.prototype.exec = RegExp.prototype[Symbol.match] = () => { throw new Error("exec") };',
  'Error.prepareStackTrace = () => { throw new Error("stack") };',
  'Error.prototype.name = 7; Object.defineProperty(Error.prototype, "message", { get() { throw 1 } });',
  'globalThis.String = globalThis.Number = globalThis.BigInt = globalThis.Promise = undefined;',
  'Object.setPrototypeOf(Array.prototype, null); Object.setPrototypeOf(String.prototype, null);',
  'Number.prototype.toString = String.prototype.slice = String.prototype.valueOf = () => "forged";',
  'Symbol.prototype[Symbol.toPrimitive] = () => { throw 1 }; ',
];

/** Expressions, each with what they become, or undefined where a failure is right. */
const RESULTS: readonly (readonly [string, unknown])[] = [
  ['{ a: [1, "x", null, true], b: { c: -1.5 } }', { a: [1, 'x', null, true], b: { c: -1.5 } }],
  ['[[], {}, ""]', [[], {}, '']],
  ['{ __proto__: null, n: 2n ** 64n }', { n: 2n ** 64n }],
  ['new Proxy([1, 2], { __proto__: null })', [1, 2]],
  ['new Proxy({}, { ownKeys() { throw new Error("ownKeys") } })', undefined],
  ['{ get a() { throw new Error("getter") } }', undefined],
  ['{ toString() { return "x" } }', undefined],
  ['[{ [Symbol.toPrimitive]: 1, x: 1 }]', [{ x: 1 }]],
  ['new Map()', undefined],
  ['[() => 1]', undefined],
  ['Symbol("s")', undefined],
  ['[NaN]', undefined],
  ['(() => { const proxy = Proxy.revocable([], {}); proxy.revoke(); return proxy.proxy })()', undefined],
  ['(() => { let deep = 1; for (let n = 0; n < 5000; n += 1) deep = [deep]; return deep })()', undefined],
  ['(() => { const own = {}; own.own = own; return [own] })()', undefined],
];

async function outcomeOf(text: string): Promise<unknown> {
  const { shared, error } = await runNode(code, { code: text, timeout_s: 200, memory_mb: 32 });
  if (error === undefined) return shared;
  expect(error).toBeInstanceOf(NodeFailure);
  expect((error as NodeFailure).message).toMatch(/^the code (?:threw|returned|waits|needs)/u);
  return undefined;
}

it('damaged prototypes change neither result nor outcome', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(DAMAGE, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...RESULTS),
      async (damage, [expression, expected]) => {
        const outcome = await outcomeOf(`const result = ${expression};\n${damage.join('\n')}\nreturn result`);
        // An object has its `then` called by the language itself, before pflow sees anything.
        if (damage.some((one) => /Object\.prototype(?:\.then|, "then")/u.test(one))) return;
        expect(outcome).toEqual(expected === undefined ? undefined : { result: expected });
      },
    ),
    { numRuns: 60, seed: 11 },
  );
});

describe('code that attacks its own process', () => {
  it.each([
    ['Promise.reject(new Error("lost")); return 1', 'the code threw Error: lost (line 1)'],
    ['(async () => { throw { code: 7 } })(); return 1', 'the code threw Error: {"code":7}'],
    ['throw new Proxy({}, { get() { throw 1 } })', 'the code threw Error: {}'],
    [
      'throw { get message() { throw 1 }, get name() { throw 1 } }',
      'the code threw Error: a value without a message',
    ],
    ['throw Object.assign(new Error("x"), { name: {} })', 'the code threw Error: x (line 1)'],
    [
      '(function again() { again() })()',
      'the code threw RangeError: Maximum call stack size exceeded (line 1)',
    ],
    [
      'return { a: new Date(NaN) }',
      'the code returned a value that is not plain: result.a is an invalid date',
    ],
    ['await { then() {} }', 'the code waits for a promise that never settles'],
    ['return { then(done) { done() } }', 'the code returned nothing'],
    ['process.exit(0)', 'the code threw ReferenceError: process is not defined (line 1)'],
    [
      'let deep = {}; for (let n = 0; n < 1e5; n += 1) deep = { deep }; return deep',
      'the code returned a value that is nested deeper than 1000 levels',
    ],
    ['return "x".repeat(7e7)', 'the code returned more than 64 MiB'],
  ])('%s', async (text, message) => {
    const { error } = await runNode(code, { code: text, memory_mb: 512 });
    expect(error).toBeInstanceOf(NodeFailure);
    expect((error as Error).message).toBe(message);
  });

  it('cannot reach Node.js through the frames of a stack', async () => {
    const text = `Error.prepareStackTrace = (_error, frames) => frames
      return new Error().stack.map((frame) => [typeof frame.getThis(), typeof frame.getFunction()].join())`;
    const { error, shared } = await runNode(code, { code: text });
    expect(error).toBeUndefined();
    expect(new Set(shared['result'] as string[])).toEqual(new Set(['undefined,undefined']));
  });
});

it.each([
  [{ n: Number.NaN }, 'the inputs cannot be given to the code: n is NaN'],
  [{ n: [Infinity] }, 'the inputs cannot be given to the code: 0 is Infinity'],
])('inputs without a JSON form are a failure: %o', async (inputs, message) => {
  const { error } = await runNode(code, { code: 'return 1', inputs });
  expect([error instanceof NodeFailure, (error as Error).message]).toEqual([true, message]);
});
