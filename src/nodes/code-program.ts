// Holds the program of the process in which code runs, as text. A process starts from a file, and a bundle has no such
// file. The code sees plain JavaScript and its inputs; nothing of Node.js goes in, and only text comes out.

/** Characters of a result. */
const RESULT_LIMIT = 64 * 1024 * 1024;
const DEPTH_LIMIT = 1000;
/** Characters of a thrown message. */
const MESSAGE_LIMIT = 8192;

/**
 * Runs the code inside its own context and keeps the outcome as text. Every function that is used after the code has
 * run was taken before it, and nothing is looked up on a prototype then: the code may have replaced all of them.
 */
const INSIDE = String.raw`
(() => {
  'use strict';
  // A console that prints nothing would mislead. The others reach memory and waits that no limit here knows.
  for (const name of ['console', 'WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name];
  const { parse, stringify } = JSON;
  const { apply, defineProperty, getPrototypeOf } = Reflect;
  const { isArray } = Array;
  const { keys, prototype: objectPrototype } = Object;
  const { has, add, delete: remove } = Set.prototype;
  const { getTime, toISOString } = Date.prototype;
  const { slice } = String.prototype;
  const { exec } = RegExp.prototype;
  const toText = String;
  const toBigInt = BigInt;
  const isFinite = Number.isFinite;
  const nativePromise = { __proto__: null, value: Promise };
  const emptyList = [];
  const open = new Set();
  // Without a prototype: an assignment to a list would call a setter of Array.prototype.
  const trail = { __proto__: null };
  let text = '';
  let refusal;
  let action;
  // A global: a name of the code itself hides it.
  globalThis.next = (name) => {
    if (typeof name !== 'string' || name === '' || name.length > 100) throw new TypeError('next() takes the name of an action');
    action = name;
  };

  const refuse = (name, depth, kind) => {
    let path = 'result';
    for (let at = 0; at < depth; at += 1) path += trail[at];
    refusal = { __proto__: null, name, message: kind === undefined ? path : path + ' is ' + kind };
    throw refusal;
  };
  const nameOfKind = (prototype) => {
    try {
      const { name } = prototype.constructor;
      return typeof name === 'string' && name !== '' ? apply(slice, name, [0, 100]) : 'class instance';
    } catch {
      return 'class instance';
    }
  };
  const timeOf = (value) => {
    try {
      return apply(getTime, value, emptyList);
    } catch {
      return undefined;
    }
  };
  const writeText = (value, depth) => {
    text += value;
    if (text.length > ${String(RESULT_LIMIT)}) refuse('TooLarge', depth);
  };
  const writeList = (list, depth) => {
    const { length } = list;
    if (typeof length !== 'number') refuse('NotPlain', depth, 'a list without a length');
    writeText('[', depth);
    for (let index = 0; index < length; index += 1) {
      trail[depth] = '[' + index + ']';
      if (index > 0) text += ',';
      const item = list[index];
      write(item === undefined ? null : item, depth + 1);
    }
    text += ']';
  };
  const writeMembers = (value, depth) => {
    const names = keys(value);
    const { length } = names;
    let isFirst = true;
    writeText('{', depth);
    for (let at = 0; at < length; at += 1) {
      const key = names[at];
      const member = value[key];
      if (member === undefined) continue;
      trail[depth] = '.' + key;
      text += isFirst ? '' : ',';
      isFirst = false;
      writeText(stringify(key) + ':', depth);
      write(member, depth + 1);
    }
    text += '}';
  };
  const writeObject = (value, depth) => {
    if (depth >= ${String(DEPTH_LIMIT)}) refuse('TooDeep', 0);
    if (apply(has, open, [value])) refuse('NotPlain', depth, 'a value that holds itself');
    apply(add, open, [value]);
    if (isArray(value)) writeList(value, depth);
    else {
      const prototype = getPrototypeOf(value);
      const time = prototype === objectPrototype || prototype === null ? undefined : timeOf(value);
      if (time !== undefined) {
        if (time !== time) refuse('NotPlain', depth, 'an invalid date');
        writeText(stringify(apply(toISOString, value, emptyList)), depth);
      } else if (prototype !== objectPrototype && prototype !== null) {
        refuse('NotPlain', depth, 'a ' + nameOfKind(prototype));
      } else writeMembers(value, depth);
    }
    apply(remove, open, [value]);
  };
  const write = (value, depth) => {
    if (typeof value === 'string') writeText(stringify(value), depth);
    else if (value === null || typeof value === 'boolean' || typeof value === 'bigint') writeText('' + value, depth);
    else if (typeof value === 'number') {
      if (!isFinite(value)) refuse('NotPlain', depth, '' + value);
      writeText('' + value, depth);
    } else if (typeof value === 'object') writeObject(value, depth);
    else refuse('NotPlain', depth, 'a ' + typeof value);
  };

  const cut = (value, limit) => (value.length > limit ? apply(slice, value, [0, limit]) + '…' : value);
  const readText = (holder, key) => {
    try {
      const value = holder[key];
      return typeof value === 'string' ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const describeObject = (value) => {
    try {
      text = '';
      write(value, 0);
      return text;
    } catch {
      return 'a value without a message';
    }
  };
  const describeError = (error) => {
    if ((typeof error !== 'object' && typeof error !== 'function') || error === null) {
      return { __proto__: null, name: 'Error', message: cut(toText(error), ${String(MESSAGE_LIMIT)}) };
    }
    const message = readText(error, 'message') ?? describeObject(error);
    const stack = readText(error, 'stack') ?? '';
    const found = apply(exec, /\bcode:(\d+)/, [cut(stack, 65536)]);
    return {
      __proto__: null,
      name: cut(readText(error, 'name') || 'Error', 100),
      message: cut(message, ${String(MESSAGE_LIMIT)}),
      line: found === null ? undefined : +found[1],
    };
  };
  let outcome = 'pending';
  const fail = (error) => {
    // The first failure is the reason of those that follow.
    if (outcome[0] === 'E') return;
    const isRefusal = error === refusal && refusal !== undefined;
    outcome = 'E' + stringify(isRefusal ? refusal : describeError(error));
  };
  const readInputs = (json, mark) => {
    if (mark === undefined) return parse(json);
    const { length } = mark;
    return parse(json, (key, value) =>
      typeof value === 'string' && value.startsWith(mark) ? toBigInt(value.slice(length)) : value,
    );
  };
  const run = async (main, json, mark) => {
    try {
      const inputs = readInputs(json, mark);
      const running = apply(main, undefined, [inputs]);
      // Its own constructor keeps await from looking up Promise.prototype.
      defineProperty(running, 'constructor', nativePromise);
      const result = await running;
      if (result === undefined && action === undefined) refuse('NoResult', 0);
      text = '';
      write(result === undefined ? null : result, 0);
      if (outcome !== 'pending') return;
      outcome = action === undefined ? 'R' + text : 'A[' + stringify(action) + ',' + text + ']';
    } catch (error) {
      fail(error);
    }
  };
  return { run: (main, json, mark) => void run(main, json, mark), fail, read: () => outcome };
})()`;

/**
 * Code can wait only for itself. Once its own promises have run, it has ended or never will. Writes the memory that the
 * process takes before the code runs, and then the outcome, each on a line.
 */
export const CODE_PROGRAM = String.raw`
'use strict';
const { readFileSync, writeSync } = require('node:fs');
const { constants, createContext, Script } = require('node:vm');
const write = (text) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
};
const { inside, main, inputs, mark } = JSON.parse(readFileSync(0, 'utf8'));
const { kill, pid } = process;
const later = setImmediate;
const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
const sandbox = new Script(inside).runInContext(context);
process.on('unhandledRejection', sandbox.fail);
process.on('uncaughtException', sandbox.fail);
write(String(process.memoryUsage.rss()) + '\n');
// Errors of Node.js itself, such as those of import(), belong to this context. They must not let the code run here.
for (const each of [() => {}, async () => {}, function* () {}, async function* () {}]) {
  delete Object.getPrototypeOf(each).constructor;
}
for (const each of [Object, Function, Error, TypeError]) {
  Object.freeze(each);
  Object.freeze(each.prototype);
}
later(() => {
  write(sandbox.read() + '\n');
  kill(pid, 'SIGKILL');
});
try {
  sandbox.run(new Script(main, { filename: 'code', lineOffset: -1 }).runInContext(context), inputs, mark);
} catch (error) {
  sandbox.fail(error);
}
`;

/** Makes what the program reads. */
export function programInput(
  code: string,
  inputs: { readonly json: string; readonly mark?: string },
): string {
  return JSON.stringify({
    inside: INSIDE,
    main: wrapAsFunction(code),
    inputs: inputs.json,
    mark: inputs.mark,
  });
}

/** Puts the code on its own lines. A comment at its end would hide the bracket otherwise. */
export function wrapAsFunction(code: string): string {
  return `(async function (inputs) { 'use strict';\n${code}\n})`;
}
