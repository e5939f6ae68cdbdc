// Invariants: a printed template parses to the same template; an escaped text resolves to itself; inserted values are
// never parsed; parsing any text gives a template or a position inside the text; the pattern for JSON Schemas matches
// what can be parsed.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Expression, PlainReference, PlainText, Template } from '../../../src/workflow/templates/ast.ts';
import { FILTERS } from '../../../src/workflow/templates/filters.ts';
import { safeParseTemplate } from '../../../src/workflow/templates/parse-template.ts';
import { escapeTemplate, printTemplate } from '../../../src/workflow/templates/print-template.ts';
import { resolveValue } from '../../../src/workflow/templates/resolve-value.ts';
import { createLayeredScope } from '../../../src/workflow/templates/scope.ts';
import { TEMPLATE_PATTERN } from '../../../src/workflow/templates/template-pattern.ts';

const name = fc
  .stringMatching(/^[a-zA-Zé_][\wé-]{0,6}$/)
  .filter((word) => !/^(?:true|false|null)$/.test(word));
const key = fc.oneof(name, fc.string({ maxLength: 6 }), fc.nat());
const reference: fc.Arbitrary<PlainReference> = fc.record({
  kind: fc.constant('reference' as const),
  name,
  path: fc.array(key, { maxLength: 4 }),
});
const value = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
  fc.boolean(),
  fc.constant(null),
);
const literal = fc.record({ kind: fc.constant('literal' as const), value });
const expression: fc.Arbitrary<Expression> = fc
  .tuple(
    reference,
    fc.array(fc.oneof(reference, literal), { maxLength: 2 }),
    fc.array(fc.constantFrom(...FILTERS), { maxLength: 2 }),
  )
  .map(([first, rest, filters]) => ({
    kind: 'expression',
    operands: [first, ...rest],
    ...(filters.length === 0 ? {} : { filters }),
  }));
const text: fc.Arbitrary<PlainText> = fc
  .string({ minLength: 1, unit: fc.constantFrom('a', '$', '{', '}', ' ', '"', '?', 'é') })
  .map((plain) => ({ kind: 'text', text: `${plain}.` }));
const template: fc.Arbitrary<Template> = fc
  .array(fc.oneof(text, expression), { maxLength: 6 })
  .map((parts) => parts.filter((part, index) => part.kind !== 'text' || parts[index - 1]?.kind !== 'text'));
const hostile = fc.string({
  unit: fc.constantFrom('$', '{', '}', 'a', '.', '[', ']', '0', '"', '?', ' ', '\\'),
});

it('a printed template parses to the same template', () => {
  fc.assert(
    fc.property(template, (parts) => {
      expect(safeParseTemplate(printTemplate(parts))).toEqual({ ok: true, template: parts });
    }),
  );
});

it('an escaped text resolves to itself', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string()), (plain) => {
      expect(resolveValue(escapeTemplate(plain), createLayeredScope()).value).toBe(plain);
    }),
  );
});

it('a resolved value is never parsed for templates', () => {
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const scope = createLayeredScope({ a, b });
      expect(resolveValue('<${a}|${b}>', scope).value).toBe(`<${a}|${b}>`);
      expect(resolveValue(['${a}', { x: '${b}' }], scope).value).toEqual([a, { x: b }]);
    }),
  );
});

it('parsing any text gives a template, or a position inside the text', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string()), (source) => {
      const reading = safeParseTemplate(source);
      if (reading.ok) return;
      expect(reading.position).toBeGreaterThanOrEqual(0);
      expect(reading.position).toBeLessThan(source.length);
      expect(reading.message).not.toBe('');
    }),
    { numRuns: 300 },
  );
});

it('a value at a path is found by that path', () => {
  fc.assert(
    fc.property(reference, fc.jsonValue(), (where, expected) => {
      const build = (path: readonly (string | number)[]): unknown => {
        const [first, ...rest] = path;
        if (first === undefined) return expected;
        if (typeof first === 'string') return Object.fromEntries([[first, build(rest)]]);
        return [...Array.from({ length: first % 5 }, () => 0), build(rest)];
      };
      const short = where.path.map((one) => (typeof one === 'number' ? one % 5 : one));
      const scope = createLayeredScope({ [where.name]: build(short) });
      const source = printTemplate([{ kind: 'expression', operands: [{ ...where, path: short }] }]);
      expect(resolveValue(source, scope)).toMatchObject({ missing: [] });
      expect(resolveValue(source, scope).value).toEqual(expected);
    }),
  );
});

const pattern = new RegExp(TEMPLATE_PATTERN, 'u');

it('a printed template matches the pattern, unless it pastes into a command', () => {
  fc.assert(
    fc.property(template, (parts) => {
      const isRaw = parts.some(
        (part) => part.kind === 'expression' && part.filters?.includes('raw') === true,
      );
      expect(pattern.test(printTemplate(parts))).toBe(!isRaw);
    }),
  );
});

it('a text matches the pattern if it can be parsed, and otherwise does not', () => {
  const unit = fc.constantFrom(
    ...['$', '${', '${a', '}', 'a', '.', '[', '[0', ']', '"', ' ?? ', ' ', '|json'],
  );
  fc.assert(
    fc.property(fc.string({ unit }), (plain) => {
      expect(pattern.test(plain)).toBe(safeParseTemplate(plain).ok);
    }),
    { numRuns: 2_000 },
  );
});
