// The program of the thread in which code runs, as text: a thread begins at a file of its own, and a bundle has none
// for it. The code sees plain JavaScript and its inputs; nothing of Node.js is handed in, and only texts come out.

/**
 * Runs inside the context of the code and belongs to it. It keeps what came of the code as text, and says no to what
 * JSON would change without a word.
 */
const INSIDE = String.raw`
(() => {
  'use strict';
  // One that prints nothing is worse than none.
  delete globalThis.console;
  const { parse, stringify } = JSON;
  const refuse = (path, what) => {
    throw Object.assign(new Error(path + ' is ' + what), { name: 'NotPlain' });
  };
  const requirePlain = (value, path, above) => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
    if (typeof value === 'number') return Number.isFinite(value) ? undefined : refuse(path, String(value));
    if (typeof value !== 'object') refuse(path, 'a ' + typeof value);
    if (above.includes(value)) refuse(path, 'a value that holds itself');
    const within = [...above, value];
    if (Array.isArray(value)) {
      value.forEach((one, index) => requirePlain(one ?? null, path + '[' + index + ']', within));
      return;
    }
    if (value instanceof Date) return;
    const parent = Object.getPrototypeOf(value);
    if (parent !== Object.prototype && parent !== null) refuse(path, 'a ' + (parent.constructor?.name || 'class instance'));
    for (const key of Object.keys(value)) {
      if (value[key] !== undefined) requirePlain(value[key], path + '.' + key, within);
    }
  };
  const toldOf = (error) => {
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
      outcome = stringify({ error: toldOf(error) });
    }
  };
  return { run: (main, inputs) => void run(main, inputs), read: () => outcome };
})()`;

/** Code has nothing to wait for but itself: once its own promises have run, it is done or never will be. */
export const CODE_THREAD_SOURCE = String.raw`
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { constants, createContext, Script } = require('node:vm');
// Errors of Node.js itself, as of import(), come from out here: they must be no way to run code out here.
for (const one of [() => {}, async () => {}, function* () {}, async function* () {}]) {
  delete Object.getPrototypeOf(one).constructor;
}
const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
const inside = new Script(workerData.inside).runInContext(context);
const main = new Script(workerData.main, { filename: 'code', lineOffset: -1 }).runInContext(context);
inside.run(main, workerData.inputs);
setImmediate(() => parentPort.postMessage(String(inside.read())));
`;

/** What the thread is given. `inputs` is JSON. */
export function createThreadData(code: string, inputs: string): Readonly<Record<string, string>> {
  return { inside: INSIDE, main: wrapAsFunction(code), inputs };
}

/** The code stands on lines of its own: a comment at its end must not swallow the bracket. */
export function wrapAsFunction(code: string): string {
  return `(async function (inputs) { 'use strict';\n${code}\n})`;
}
