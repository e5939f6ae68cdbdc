// Holds the program of the thread in which code runs, as text. A thread starts from its own file, and a bundle has no
// such file. The code sees plain JavaScript and its inputs; nothing of Node.js goes in, and only text comes out.

/**
 * Runs the code inside its own context. Keeps the outcome as text, and rejects values that JSON would change without
 * notice.
 */
const INSIDE = String.raw`
(() => {
  'use strict';
  // A console that prints nothing would mislead.
  delete globalThis.console;
  const { parse, stringify } = JSON;
  const reject = (path, kind) => {
    throw Object.assign(new Error(path + ' is ' + kind), { name: 'NotPlain' });
  };
  const requirePlain = (value, path, parents) => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
    if (typeof value === 'number') return Number.isFinite(value) ? undefined : reject(path, String(value));
    if (typeof value !== 'object') reject(path, 'a ' + typeof value);
    if (parents.includes(value)) reject(path, 'a value that holds itself');
    const within = [...parents, value];
    if (Array.isArray(value)) {
      value.forEach((item, index) => requirePlain(item ?? null, path + '[' + index + ']', within));
      return;
    }
    if (value instanceof Date) return;
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) reject(path, 'a ' + (prototype.constructor?.name || 'class instance'));
    for (const key of Object.keys(value)) {
      if (value[key] !== undefined) requirePlain(value[key], path + '.' + key, within);
    }
  };
  const describeError = (error) => {
    if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error) };
    const line = /\bcode:(\d+)/.exec(String(error.stack))?.[1];
    return { name: String(error.name), message: String(error.message), line: line && Number(line) };
  };
  let outcome = stringify({ pending: true });
  const run = async (main, inputs) => {
    try {
      const result = await main(parse(inputs));
      if (result === undefined) throw Object.assign(new Error('nothing'), { name: 'NoResult' });
      requirePlain(result, 'result', []);
      outcome = stringify({ result });
    } catch (error) {
      outcome = stringify({ error: describeError(error) });
    }
  };
  return { run: (main, inputs) => void run(main, inputs), read: () => outcome };
})()`;

/** Code can wait only for itself. Once its own promises have run, it has ended or never will. */
export const CODE_THREAD_SOURCE = String.raw`
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { constants, createContext, Script } = require('node:vm');
// Errors of Node.js itself, such as those of import(), belong to this context. They must not let the code run here.
for (const each of [() => {}, async () => {}, function* () {}, async function* () {}]) {
  delete Object.getPrototypeOf(each).constructor;
}
const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
const inside = new Script(workerData.inside).runInContext(context);
const main = new Script(workerData.main, { filename: 'code', lineOffset: -1 }).runInContext(context);
inside.run(main, workerData.inputs);
setImmediate(() => parentPort.postMessage(String(inside.read())));
`;

/** Makes the data of the thread. `inputs` is JSON. */
export function createThreadData(code: string, inputs: string): Readonly<Record<string, string>> {
  return { inside: INSIDE, main: wrapAsFunction(code), inputs };
}

/** Puts the code on its own lines. A comment at its end would hide the bracket otherwise. */
export function wrapAsFunction(code: string): string {
  return `(async function (inputs) { 'use strict';\n${code}\n})`;
}
