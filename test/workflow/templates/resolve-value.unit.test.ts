import { describe, expect, it } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import { resolveValue } from '../../../src/workflow/templates/resolve-value.ts';
import { createLayeredScope } from '../../../src/workflow/templates/scope.ts';

class Point {
  readonly x = 1;
  get y(): number {
    return 2;
  }
}

const store: Record<string, unknown> = {
  text: 'hello',
  five: 5,
  yes: true,
  nothing: null,
  gap: undefined,
  list: [1, [2, 3], null],
  object: { b: 'é', 'odd key': { x: 1 }, 'a.b': 2, '0': 'zero' },
  json: '{"b":[1,{"c":"d"}]}',
  jsonList: ' [10, 20]',
  answer: '404',
  almost: '{"b":',
  tricky: 'price ${five} and $${x}',
  point: new Point(),
  read: { content: 'text', file_path: 'a.txt' },
};
const scope = createLayeredScope({ topic: 'inputs first' }, { topic: 'store second', ...store });

describe('a text that is a single template resolves to a value of any type', () => {
  const table: [string, unknown][] = [
    ['${text}', 'hello'],
    ['${five}', 5],
    ['${yes}', true],
    ['${nothing}', null],
    ['${list}', [1, [2, 3], null]],
    ['${list[1][0]}', 2],
    ['${list[2]}', null],
    ['${object["odd key"].x}', 1],
    ['${object["a.b"]}', 2],
    ['${object.0}', 'zero'],
    ['${point.x}', 1],
    ['${topic}', 'inputs first'],
  ];
  it.each(table)('%s', (template, value) => {
    expect(resolveValue(template, scope).value).toStrictEqual(value);
  });

  it('a single template resolves to the identical object', () => {
    expect(resolveValue('${list}', scope).value).toBe(store['list']);
  });
});

describe('a template inside a text becomes text', () => {
  const table: [string, string][] = [
    ['x${nothing}', 'x'],
    ['v=${yes}', 'v=true'],
    ['v=${five}', 'v=5'],
    ['v=${list}', 'v=[1,[2,3],null]'],
    ['v=${object["odd key"]}', 'v={"x":1}'],
    ['${five}${text}', '5hello'],
    ['${text} ', 'hello '],
    ['$${text}', '${text}'],
    ['$${text} is ${text}', '${text} is hello'],
    ['${"$"}${five}', '$5'],
  ];
  it.each(table)('%s', (template, value) => {
    expect(resolveValue(template, scope).value).toBe(value);
  });

  it.each([
    [1e21, 'v=1e+21'],
    [1.0, 'v=1'],
    [false, 'v=false'],
    [10n, 'v=10'],
    [{ big: 9007199254740993n }, 'v={"big":9007199254740993}'],
  ])('numbers and booleans are written as in JavaScript: %s', (value, text) => {
    expect(resolveValue('v=${x}', createLayeredScope({ x: value })).value).toBe(text);
  });

  it('a value that JSON cannot represent is an error, not a wrong text', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const x of [circle, { big: Infinity }, (): void => undefined]) {
      expect(() => resolveValue('v=${x}', createLayeredScope({ x }))).toThrow(PflowError);
    }
  });
});

describe('a JSON string is parsed when a path goes into it, never otherwise', () => {
  const table: [string, unknown][] = [
    ['${json}', '{"b":[1,{"c":"d"}]}'],
    ['in ${json}', 'in {"b":[1,{"c":"d"}]}'],
    ['${json.b[1].c}', 'd'],
    ['${jsonList[1]}', 20],
    ['${answer}', '404'],
  ];
  it.each(table)('%s', (template, value) => {
    expect(resolveValue(template, scope).value).toBe(value);
  });

  it('a JSON string inside an object is parsed too', () => {
    expect(resolveValue({ a: ['${json}'] }, scope).value).toEqual({ a: ['{"b":[1,{"c":"d"}]}'] });
  });
});

describe('"??" replaces missing and null values', () => {
  const table: [string, unknown][] = [
    ['${missing ?? "default"}', 'default'],
    ['${nothing ?? "default"}', 'default'],
    ['${read.contents ?? 3}', 3],
    ['${missing ?? text}', 'hello'],
    ['${missing ?? nothing}', null],
    ['${missing ?? null}', null],
    ['${five ?? "default"}', 5],
    ['${missing ?? "${five}"}', '${five}'],
    ['got ${missing ?? 7}', 'got 7'],
  ];
  it.each(table)('%s', (template, value) => {
    expect(resolveValue(template, scope)).toMatchObject({ value, missing: [] });
  });
});

describe('only own properties count', () => {
  it.each([
    '${object.constructor}',
    '${object.__proto__}',
    '${object.toString}',
    '${constructor}',
    '${__proto__}',
    '${list.length}',
    '${text.length}',
    '${text[0]}',
    '${point.y}',
    '${list.0}',
    '${object[0]}',
    '${json.b.length}',
    '${nothing.x}',
    '${five.x}',
    '${almost.b}',
    '${gap}',
    '${list[9]}',
  ])('%s does not resolve', (template) => {
    expect(resolveValue(template, scope).missing.map((one) => one.expression)).toEqual([template]);
  });
});

describe('details of a missing reference', () => {
  const table: [string, string[]][] = [
    ['${read.contents}', ['read has: content (string), file_path (string)', 'did you mean ${read.content}?']],
    ['${read.zzz}', ['read has: content (string), file_path (string)']],
    ['${raed.content.x}', ['available: read (object)', 'did you mean ${read.content.x}?']],
    ['${read.content.x}', ['read.content is a string']],
    ['${items[3]}', ['items has 1 item']],
    ['${items.0.x}', ['items has 1 item', 'did you mean ${items[0].x}?']],
    ['${none.x}', ['none is null']],
  ];
  it.each(table)('%s', (template, details) => {
    const { read } = store;
    const some = template.startsWith('${raed') ? { read, __hidden__: 1 } : { read, items: [1], none: null };
    expect(resolveValue(template, createLayeredScope(some)).missing).toEqual([
      { path: [], expression: template, details },
    ]);
  });

  it('a long list of names is cut', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key${String(index)}`, index]));
    const [line] = resolveValue('${a.other}', createLayeredScope({ a: many })).missing[0]?.details ?? [];
    expect(line).toMatch(/^a has: key0 \(number\), .* and 10 more$/);
  });

  it('an empty scope is reported as empty', () => {
    expect(resolveValue('${a}', createLayeredScope()).missing[0]?.details).toEqual(['available: nothing']);
  });
});

describe('deep in objects and arrays', () => {
  it('every text is resolved, and every other value stays', () => {
    const value = { a: ['${five}', { b: 'x ${text}', c: 3, d: null }], e: '${nothing}' };
    expect(resolveValue(value, scope).value).toStrictEqual({
      a: [5, { b: 'x hello', c: 3, d: null }],
      e: null,
    });
  });

  it('keys are not templates', () => {
    expect(resolveValue({ '${five}': 1 }, scope).value).toEqual({ '${five}': 1 });
  });

  it('a value without a template stays the identical object', () => {
    const value = { a: [1, { b: 'x' }] };
    expect(resolveValue(value, scope).value).toBe(value);
  });

  it('an instance of a class stays unchanged', () => {
    const date = new Date(0);
    expect(resolveValue({ at: date, x: '${five}' }, scope).value).toEqual({ at: date, x: 5 });
  });

  it('a key named __proto__ stays a key', () => {
    const value = JSON.parse('{"__proto__": "${five}"}') as object;
    const resolved = resolveValue(value, scope).value as object;
    expect(Object.entries(resolved)).toEqual([['__proto__', 5]]);
    expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype);
  });
});

it('every looked-up reference is listed in order', () => {
  const { references } = resolveValue(['${missing ?? five} ${read.content}', '${text}'], scope);
  expect(references.map(({ name, path }) => [name, ...path])).toEqual([
    ['missing'],
    ['five'],
    ['read', 'content'],
    ['text'],
  ]);
});
