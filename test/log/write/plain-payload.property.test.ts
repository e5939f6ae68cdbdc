// Invariant: the fast path for payloads gives the result of the general path, or gives up.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import { payloadShape } from '../../../src/events/payload-shape.ts';
import { objectShape, type TextShape } from '../../../src/events/text-shape.ts';
import { identifierRules } from '../../../src/log/write/identifier-rules.ts';
import { JsonSafeCopier } from '../../../src/log/write/json-safe.ts';
import { LineBuffer } from '../../../src/log/write/line-buffer.ts';
import { openNdjsonLog } from '../../../src/log/write/ndjson-log.ts';
import { copyPayload, type PayloadCopiers } from '../../../src/log/write/payload.ts';
import { PlainPayload } from '../../../src/log/write/plain-payload.ts';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';
import { fakeOptions } from '../fake-host.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();
const SECRETS = { secrets: { key: 'a-secret-value' } };

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'a-secret-value',
    'x a-secret-value y',
    'sk-ant-0123456789abcdef',
    '\ud800',
    '\u2028',
    '🙂'.repeat(50),
  ),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 2 ** 31, 2 ** 53, 1e21, 1e-7, 811.912),
);
const key = fc.oneof(
  { weight: 5, arbitrary: fc.string() },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'name',
      'value',
      'path',
      'password',
      'a-secret-value',
      '__proto__',
      'toJSON',
      '1',
    ),
  },
);
const unusual = fc.constantFrom<unknown>(
  undefined,
  1n,
  Symbol('s'),
  new Date(0),
  new Map([['a', 1]]),
  () => 1,
);
const { any } = fc.letrec<{ any: unknown; object: unknown }>((tie) => ({
  object: fc.dictionary(key, tie('any'), { maxKeys: 6 }),
  any: fc.oneof(
    { maxDepth: 4 },
    { weight: 4, arbitrary: text },
    { weight: 4, arbitrary: number },
    { weight: 2, arbitrary: fc.constantFrom(true, false, null) },
    { weight: 1, arbitrary: fc.oneof({ weight: 4, arbitrary: fc.boolean() }, unusual) },
    { weight: 4, arbitrary: tie('object') },
    { weight: 2, arbitrary: fc.array(tie('any'), { maxLength: 4 }) },
  ),
}));
const payload = fc.dictionary(key, any, { maxKeys: 6 });
const shape = fc.constantFrom<TextShape>(
  'content',
  objectShape([
    ['name', 'identifier'],
    ['value', objectShape([['path', 'identifier']])],
    ['path', { items: objectShape([['name', 'identifier']], 'identifier') }],
  ]),
);

function makers(): {
  plain: PlainPayload;
  line: LineBuffer;
  copier: JsonSafeCopier;
  copiers: PayloadCopiers;
} {
  const redactor = createRedactor(SECRETS);
  const copier = new JsonSafeCopier(redactor);
  const line = new LineBuffer(0, 0);
  const copiers = { content: copier, identifiers: new JsonSafeCopier(identifierRules(redactor)) };
  return { plain: new PlainPayload(redactor, copier, line), line, copier, copiers };
}

function written(line: LineBuffer): string {
  return line.bytes.toString('utf8', 0, line.at);
}

describe('the fast path for payloads', () => {
  it('gives the copy of the general path, and its JSON', () => {
    const { plain, line, copiers } = makers();
    let taken = 0;
    fc.assert(
      fc.property(payload, shape, fc.boolean(), (data, form, freezes) => {
        const copy = plain.copy(data, form, freezes);
        if (copy === undefined) return;
        taken += 1;
        const general = copyPayload(copiers, data, form);
        expect(copy).toStrictEqual(general);
        expect(written(line)).toBe(JSON.stringify(general));
        expect(Object.isFrozen(copy)).toBe(freezes);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('accepts every payload of a recorded log', () => {
    const { plain, line } = makers();
    const events = readFileSync('fixtures/logs/v1/release-notes.ndjson', 'utf8').trimEnd().split('\n');
    for (const event of events.map((each) => JSON.parse(each) as LogEvent)) {
      expect(plain.copy(event.data, payloadShape(event.type), true)).toStrictEqual(event.data);
      expect(written(line)).toBe(JSON.stringify(event.data));
    }
  });

  it('accepts kept copies, and does not copy them again', () => {
    const { plain, line, copier } = makers();
    const kept = copier.keep({ list: [1, { text: 'ü' }] });
    const copy = plain.copy({ name: 'result', kept }, 'content', true) as { kept: unknown };
    expect(copy.kept).toBe(kept);
    expect(written(line)).toBe(JSON.stringify(copy));
  });

  it.each([
    ['a circle', circle()],
    ['many circles', crowdedCircle()],
    ['a deep list', deep(60)],
    ['a large text', { text: 'x'.repeat(70_000) }],
    [
      'many texts',
      { texts: Array.from({ length: 4_000 }, (_, index) => `text number ${String(index)} of many`) },
    ],
    ['many numbers', { numbers: Array.from({ length: 20_000 }, (_, index) => index % 10) }],
    ['many empty objects', { objects: Array.from({ length: 20_000 }, () => ({})) }],
    ['a member with a symbol key', { a: 1, [Symbol('hidden')]: 2 }],
    ['a secret', { text: 'a-secret-value' }],
    ['a secret name', { password: '123456' }],
    ['a value under such a name', { name: 'api_key', value: '123456' }],
    ['a member that cannot be read', unreadable()],
    ['an object of a class', { when: new Date(0) }],
  ])('gives up on %s', (_, data) => {
    const { plain, copier } = makers();
    const lineless = new PlainPayload(createRedactor(SECRETS), copier, undefined);
    for (const way of [plain, lineless]) {
      expect(way.copy(data, 'content', true)).toBeUndefined();
      expect(way.copy({ fine: 1 }, 'content', true)).toStrictEqual({ fine: 1 });
    }
  });

  it('gives up where a kept copy would be nested too deep', () => {
    const { plain, copier } = makers();
    const kept = copier.keep(deep(195));
    expect(plain.copy({ kept }, 'content', true)).toStrictEqual({ kept });
    expect(plain.copy({ a: { b: { c: { d: { e: { kept } } } } } }, 'content', true)).toBeUndefined();
  });

  it('checks texts again when there is a new secret', () => {
    const redactor = createRedactor();
    const plain = new PlainPayload(redactor, new JsonSafeCopier(redactor), undefined);
    expect(plain.copy({ text: 'soon a secret' }, 'content', true)).toStrictEqual({ text: 'soon a secret' });
    redactor.registerSecret('later', 'soon a secret');
    expect(plain.copy({ text: 'soon a secret' }, 'content', true)).toBeUndefined();
  });

  it('gives up when a getter appends an event', () => {
    const file = path('run.ndjson');
    const log = openNdjsonLog(file, fakeOptions());
    const inner = { type: 'x.inner', data: { longer: 'than the one outside' } } as const;
    const data = {
      first: 1,
      get second() {
        log.append(inner);
        return 2;
      },
    };
    log.append({ type: 'x.outer', data });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as LogEvent);
    expect(events.at(-1)).toMatchObject({ type: 'x.outer', data: { first: 1, second: 2 } });
    expect(events.slice(0, -1).every(({ type }) => type === 'x.inner')).toBe(true);
  });
});

function circle(): object {
  const self: Record<string, unknown> = {};
  self['self'] = self;
  return self;
}

function crowdedCircle(): object {
  const self: unknown[] = [];
  self.push(self, self, self, self);
  return { self };
}

function deep(levels: number): object {
  return { list: JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown };
}

function unreadable(): object {
  return {
    get text(): string {
      throw new Error('not now');
    },
  };
}
