// Tests every row of docs/values.md.
import { Blob } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';
import { DEPTH_LIMIT, JsonSafeCopier, VALUE_LIMIT } from '../../../src/log/write/json-safe.ts';
import type { TextRules } from '../../../src/log/write/json-safe.ts';

const AS_IT_IS: TextRules = {
  redact: (text) => text,
  redactNamed: (_name, text) => text,
  redactKey: (key) => key,
  redactNumber: (value) => value,
  version: 0,
};

function copyOf(value: unknown): unknown {
  return new JsonSafeCopier(AS_IT_IS).copy(value);
}

class Point {
  readonly x = 1;
  readonly #hidden = 2;
  get sum(): number {
    return this.x + this.#hidden;
  }
}

describe('values without a JSON form', () => {
  const circular: Record<string, unknown> = { name: 'a' };
  circular['self'] = circular;
  const throwing = {
    fine: 1,
    get broken(): never {
      throw new Error('no');
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const shared = { s: 1 };
  const holes = [1, , 3];
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['undefined alone', undefined, null],
    ['undefined in an object', { a: undefined, b: 1 }, { b: 1 }],
    ['undefined and holes in a list', [undefined, ...holes], [null, 1, null, 3]],
    ['functions', [function work() {}, () => 1], ['<function work>', '<function anonymous>']],
    ['symbols', [Symbol('s'), Symbol()], ['<symbol s>', '<symbol >']],
    ['symbol keys', { [Symbol('k')]: 1, a: 2 }, { a: 2 }],
    ['bigints', 2n ** 70n, '1180591620717411303424'],
    [
      'numbers without a JSON form',
      [NaN, Infinity, -Infinity, -0, 1e400],
      ['NaN', 'Infinity', '-Infinity', 0, 'Infinity'],
    ],
    ['dates', [new Date(0), new Date(NaN)], ['1970-01-01T00:00:00.000Z', '<invalid date>']],
    [
      'maps',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
        ['2', 'c'],
        [{}, 'd'],
      ]),
      { 2: 'b', a: 1, '2~': 'c', '<object>': 'd' },
    ],
    ['sets', new Set([1, 'a']), [1, 'a']],
    [
      'bytes',
      [Buffer.from('abc'), new Float64Array(2), new ArrayBuffer(5), new Blob(['ab'])],
      ['3', '16', '5', '2'].map((n) => `<binary data: ${n} bytes>`),
    ],
    ['errors', new TypeError('bad', { cause: 'why' }), { name: 'TypeError', message: 'bad', cause: 'why' }],
    [
      'errors with own members',
      Object.assign(new Error('no'), { code: 'EIO' }),
      { name: 'Error', message: 'no', code: 'EIO' },
    ],
    ['class instances', new Point(), { x: 1 }],
    ['boxed primitives', [Object(1), Object('a'), Object(false)], [1, 'a', false]],
    ['regular expressions', /a+/g, '/a+/g'],
    ['toJSON', { at: new URL('http://h/p'), own: { toJSON: () => [1n] } }, { at: 'http://h/p', own: ['1'] }],
    [
      'promises, generators, weak references',
      [Promise.resolve(1), (function* () {})(), new WeakMap(), new WeakRef({})],
      ['<promise>', '<generator>', '<weak reference>', '<weak reference>'],
    ],
    ['circular references', circular, { name: 'a', self: '<circular>' }],
    ['the same object twice', [shared, shared], [{ s: 1 }, { s: 1 }]],
    ['members that throw', throwing, { fine: 1, broken: '<unreadable: no>' }],
    ['a proxy', new Proxy({ a: [1] }, {}), { a: [1] }],
    [
      'a revoked proxy',
      [revoked.proxy],
      ["<unreadable: Cannot perform 'IsArray' on a proxy that has been revoked>"],
    ],
    ['objects without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ];
  it.each(rows)('have the documented form: %s', (_name, value, form) => {
    const copy = copyOf(value);
    expect(copy).toStrictEqual(form);
    expect(JSON.parse(JSON.stringify(copy))).toStrictEqual(form);
  });

  it('a __proto__ key stays a key and sets no prototype', () => {
    const copy = copyOf(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')) as Record<
      string,
      unknown
    >;
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect('polluted' in copy).toBe(false);
  });

  it('a value nested deeper than the limit is cut and marked', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100_000; level++) deep = { down: deep };
    const text = JSON.stringify(copyOf(deep));
    expect(text).toBe(
      `${'{"down":'.repeat(DEPTH_LIMIT)}"<nested deeper than 200 levels>"${'}'.repeat(DEPTH_LIMIT)}`,
    );
  });

  it('an endless chain of toJSON stops at the depth limit', () => {
    const endless = (): object => ({ toJSON: endless });
    expect(copyOf(endless())).toBe('<nested deeper than 200 levels>');
  });
});

describe('values over the size limit', () => {
  it('a text of one MiB is copied whole, and a longer one is cut and marked', () => {
    const whole = 'x'.repeat(VALUE_LIMIT);
    expect(copyOf(whole)).toBe(whole);
    const cut = copyOf(`${whole}y`) as string;
    expect(cut).toBe(`${'x'.repeat(VALUE_LIMIT - 64)} <cut: 1048577 bytes>`);
  });

  it('a text is cut between characters', () => {
    const cut = copyOf('🙂'.repeat(VALUE_LIMIT / 2)) as string;
    expect(cut).toBe(`${'🙂'.repeat((VALUE_LIMIT - 64) / 4)} <cut: 2097152 bytes>`);
  });

  it('a list or an object is cut, and a mark has the number of lost members', () => {
    const kilobyte = 'k'.repeat(1022);
    const list = copyOf(Array<string>(2_000).fill(kilobyte)) as string[];
    expect(list.length).toBeLessThan(1_030);
    expect(list.at(-1)).toBe(`<cut: ${String(2_001 - list.length)} more items>`);
    const object = copyOf({ first: 'f'.repeat(VALUE_LIMIT), second: 2, third: 3 }) as Record<string, string>;
    expect(Object.keys(object)).toEqual(['first', '<cut>']);
    expect(object['<cut>']).toBe('<cut: 2 more members>');
  });

  it('a value that doubles at every level stays bounded', () => {
    let doubling: unknown = [];
    for (let level = 0; level < 60; level++) doubling = [doubling, doubling];
    expect(JSON.stringify(copyOf(doubling)).length).toBeLessThan(64 * VALUE_LIMIT);
  });
});

describe('a kept copy', () => {
  it('is recognised whole and in parts until there is a new secret', () => {
    const rules = { ...AS_IT_IS, version: 0 };
    const copier = new JsonSafeCopier(rules);
    const kept = copier.keep({ inner: { list: [1] } }) as { inner: { list: number[] } };
    expect(copier.copy({ again: kept.inner })).toStrictEqual({ again: { list: [1] } });
    expect((copier.copy({ again: kept.inner }) as { again: unknown }).again).toBe(kept.inner);
    rules.version = 1;
    expect(copier.copy(kept)).not.toBe(kept);
    expect(copier.copy(kept)).toStrictEqual(kept);
  });

  it('does not exceed the depth limit when it is nested again and again', () => {
    const copier = new JsonSafeCopier(AS_IT_IS);
    let kept: unknown = 'bottom';
    for (let level = 0; level < 1_000; level++) kept = copier.keep({ down: kept });
    expect(JSON.stringify(kept).split('{').length - 1).toBe(DEPTH_LIMIT);
  });
});

describe('members that a shallow copy would get wrong', () => {
  it('a member with a symbol key is not copied', () => {
    const copied = copyOf({ a: 1, [Symbol('hidden')]: { b: 2 } }) as object;
    expect(Reflect.ownKeys(copied)).toEqual(['a']);
  });

  it('a getter is called once', () => {
    let calls = 0;
    const value = {
      get a() {
        calls += 1;
        return { b: calls };
      },
    };
    expect(copyOf(value)).toStrictEqual({ a: { b: 1 } });
    expect(calls).toBe(1);
  });

  it('-0 becomes 0, as in JSON', () => {
    const copy = copyOf({ a: -0, b: [-0] });
    expect(copy).toStrictEqual({ a: 0, b: [0] });
  });

  it('a key named __proto__ stays a key, and undefined is left out', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"b":null}') as Record<string, unknown>;
    value['c'] = undefined;
    const copied = copyOf(value) as object;
    expect(Object.keys(copied)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
  });
});

describe('keeping a value twice', () => {
  const keptTwice = (value: object, between: () => void = () => undefined): readonly unknown[] => {
    const copier = new JsonSafeCopier(AS_IT_IS);
    const first = copier.keep([value]) as unknown[];
    between();
    return [first[0], (copier.keep([value]) as unknown[])[0]];
  };

  it('copies an immutable object once', () => {
    const [first, second] = keptTwice(Object.freeze({ model: 'm', tokens: 1 }));
    expect(first).toStrictEqual({ model: 'm', tokens: 1 });
    expect(second).toBe(first);
  });

  it('copies a mutable object again', () => {
    const call = { tokens: 1 };
    const [first, second] = keptTwice(call, () => {
      call.tokens = 2;
    });
    expect([first, second]).toStrictEqual([{ tokens: 1 }, { tokens: 2 }]);
  });

  it('copies a frozen object with changing content again', () => {
    let count = 0;
    const inner = { tokens: 1 };
    const counting = Object.freeze({
      get count() {
        count += 1;
        return count;
      },
    });
    const date = Object.freeze(new Date(0));
    const [outer, changed] = keptTwice(Object.freeze({ inner }), () => {
      inner.tokens = 2;
    });
    expect([outer, changed]).toStrictEqual([{ inner: { tokens: 1 } }, { inner: { tokens: 2 } }]);
    const [one, two] = keptTwice(counting) as { count: number }[];
    expect(two?.count).toBeGreaterThan(one?.count ?? NaN);
    expect(
      keptTwice(date, () => {
        date.setTime(1);
      }),
    ).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.001Z']);
  });

  it('copies a value that was cut again where there is room', () => {
    const copier = new JsonSafeCopier(AS_IT_IS);
    const long = Object.freeze({ text: 'x'.repeat(VALUE_LIMIT - 1_000) });
    const [, crowded] = copier.keep([{ text: 'y'.repeat(VALUE_LIMIT - 1_000) }, long]) as { text: string }[];
    expect(crowded?.text).toContain('<cut: ');
    expect(copier.keep({ long })).toStrictEqual({ long });
  });

  it('copies a value again that was under a secret name', () => {
    const copier = new JsonSafeCopier(createRedactor());
    const login = Object.freeze({ user: 'me' });
    expect(copier.keep({ cookies: login })).toStrictEqual({ cookies: { user: '<redacted:cookies>' } });
    expect(copier.keep({ login })).toStrictEqual({ login: { user: 'me' } });
    expect(copier.keep({ cookies: login })).toStrictEqual({ cookies: { user: '<redacted:cookies>' } });
  });

  it('copies a value again when there is a new secret', () => {
    const redactor = createRedactor();
    const copier = new JsonSafeCopier(redactor);
    const call = Object.freeze({ text: 'soon a secret' });
    expect(copier.keep([call])).toStrictEqual([{ text: 'soon a secret' }]);
    redactor.registerSecret('later', 'soon a secret');
    expect(copier.keep([call])).toStrictEqual([{ text: '<redacted:later>' }]);
  });
});
