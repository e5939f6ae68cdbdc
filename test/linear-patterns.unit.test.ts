// Every pattern of the source takes linear time. Inputs are generated from each pattern that is found in the source.
import { RegExpParser, visitRegExpAST, type AST } from '@eslint-community/regexpp';
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { toOneLine } from '../src/cli/terminal/escape.ts';
import { createRedactor } from '../src/log/secrets/redaction.ts';
import { isSecretName } from '../src/log/secrets/secret-names.ts';
import { findJsonFault } from '../src/values/json-fault.ts';
import { removeJsonFence } from '../src/values/fenced-json.ts';
import { slug } from '../src/values/slug.ts';

interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

function patternsIn(path: string): readonly Pattern[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      const place = `${path}:${String(line + 1)}`;
      found.push({ place, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** One of these is a member of every class in our patterns. */
const SAMPLES = Array.from('aZ0 -_./\n":=@;,{}\\x~é漢');

function sampleOf(element: AST.Element, flags: string): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives[0]?.elements.map((inner) => sampleOf(inner, flags)).join('') ?? '';
    case 'Quantifier':
      return sampleOf(element.element, flags).repeat(Math.min(Math.max(element.min, 1), element.max, 30));
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass': {
      const one = new RegExp(`^${element.raw}$`, flags.replace(/[gy]/gu, ''));
      return SAMPLES.find((character) => one.test(character)) ?? '';
    }
    default:
      return '';
  }
}

interface Pump {
  readonly prefix: string;
  readonly pumped: readonly string[];
}

/** The text before each quantifier without a small limit, and what may be repeated there. */
function pumpsOf({ source, flags }: Pattern): readonly Pump[] {
  const unicode = flags.includes('u');
  const ast = new RegExpParser().parsePattern(source, 0, source.length, { unicode });
  const pumps: Pump[] = [];
  visitRegExpAST(ast, {
    onQuantifierEnter(quantifier) {
      if (quantifier.max < 50) return;
      const { element } = quantifier;
      const own = sampleOf(element, flags);
      const isClass = element.type === 'CharacterSet' || element.type === 'CharacterClass';
      const one = isClass ? new RegExp(`^${element.raw}$`, flags.replace(/[gy]/gu, '')) : undefined;
      const members = one === undefined ? [] : SAMPLES.filter((character) => one.test(character)).slice(0, 3);
      pumps.push({ prefix: prefixOf(quantifier, flags), pumped: [...new Set([own, ...members])] });
    },
  });
  return pumps;
}

/** A text that matches everything to the left of a node. */
function prefixOf(node: AST.Node, flags: string): string {
  const { parent } = node;
  if (parent === null) return '';
  const before =
    parent.type === 'Alternative'
      ? parent.elements
          .slice(0, parent.elements.indexOf(node as AST.Element))
          .map((element) => sampleOf(element, flags))
          .join('')
      : '';
  return prefixOf(parent, flags) + before;
}

const ENDS = ['', '\u0001'];

function inputsOf(pattern: Pattern): readonly ((count: number) => string)[] {
  return pumpsOf(pattern).flatMap(({ prefix, pumped }) =>
    pumped.flatMap((piece) => [
      ...ENDS.map((end) => (count: number) => prefix + piece.repeat(count) + end),
      (count: number) => (prefix + piece).repeat(count),
      (count: number) => `${piece.repeat(count)}${prefix}`,
    ]),
  );
}

const COUNT = 1_000;
/** Milliseconds. A quadratic pattern takes longer for the longest input. */
const LONG = 8;

/** A busy machine may look like growth once, not three times. */
function growsTooFast(run: (text: string) => unknown, input: (count: number) => string): boolean {
  return [1, 2, 3].every(() => grewTooFast(run, input));
}

/** Whether the time grows faster than the input, measured at n, 2n and 4n. */
function grewTooFast(run: (text: string) => unknown, input: (count: number) => string): boolean {
  const time = (count: number): number => {
    const text = input(count);
    const times = [0, 1, 2].map((round) => {
      if (round > 0 && best < LONG / 10) return best;
      const start = performance.now();
      run(text);
      best = Math.min(best, performance.now() - start);
      return best;
    });
    const result = Math.min(...times);
    best = Infinity;
    return result;
  };
  let best = Infinity;
  const longest = time(4 * COUNT);
  if (longest < LONG) return false;
  return longest > 3 * time(2 * COUNT) && time(2 * COUNT) > 3 * time(COUNT);
}

/** Patterns that see only short texts, with the reason. */
const BOUNDED: Readonly<Record<string, string>> = {
  '^0*\\.?0*$': 'a price',
  '([A-Z]+)([A-Z][a-z])': 'the last 200 characters of a name',
  '\\d+$': 'a word of such a name',
  '\\/+$': 'an address in the settings',
  '=+$': 'base64 that was written by us, with two at most',
  '\\B(?=(\\d{3})+$)': 'the digits of a number',
};

const files = ['src', 'projections'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);

describe('the pattern', () => {
  const patterns = files
    .flatMap(patternsIn)
    .filter(({ source }) => /[+*]|\{\d+,/u.test(source) && !Object.hasOwn(BOUNDED, source));

  it('finder finds patterns', () => {
    expect(patterns.length).toBeGreaterThan(80);
  });

  it.each(patterns.map((pattern) => [`${pattern.place} /${pattern.source}/`, pattern] as const))(
    'in %s takes linear time',
    (_, pattern) => {
      const expression = new RegExp(pattern.source, pattern.flags.replace('y', ''));
      const run = (text: string): string => text.replace(expression, '');
      expect(
        inputsOf(pattern)
          .filter((input) => growsTooFast(run, input))
          .map((input) => input(3)),
      ).toEqual([]);
    },
  );

  it('with nested repetition is found to take more', () => {
    const run = (text: string): string => text.replace(/\s*\n\s*/gu, ' ');
    const inputs = inputsOf({ place: '', source: '\\s*\\n\\s*', flags: 'gu' });
    expect(inputs.some((input) => growsTooFast(run, (count) => input(2 * count)))).toBe(true);
  });
});

const redactor = createRedactor({ secrets: { key: 'Qx7-correct-horse-zZ19', other: 'läuft "so"\nweiter' } });
redactor.registerExactSecret('pin', 4711);

const FUNCTIONS: readonly (readonly [string, (text: string) => unknown])[] = [
  ['redact', (text) => redactor.redact(text)],
  ['redactKey', (text) => redactor.redactKey(text)],
  ['redactIdentifier', (text) => redactor.redactIdentifier(text)],
  ['redactNamed', (text) => redactor.redactNamed('password', text)],
  ['isSecretName', isSecretName],
  ['toOneLine', toOneLine],
  ['slug', (text) => slug(text, { maxLength: 40, kept: '._' })],
  ['findJsonFault', findJsonFault],
  ['removeJsonFence', removeJsonFence],
];

const PIECES = (
  'Bearer |Basic |bearer a|eyJ|eyJaaaaaaaa.|eyJaaaaaaaa.aaaaaaaa.|sk-|sk-ant-|ghp_|xoxb-|AKIA|-----BEGIN |PRIVATE KEY-----|' +
  '-----BEGIN PRIVATE KEY-----|://|://a:|?a=|&token=|;|…|<redacted:|<redacted:a>|Qx7-cor|zZ19|4711|4711 |{"|"a":|[|```|```json\n|' +
  '${|a_|-|.| |\t|\n|\r\n|\\n|a|A|0|é|漢|\\u00e9|%2F|aaaaaaaaaaaaaaaa\n'
).split('|');

describe.each(FUNCTIONS)('%s', (_, run) => {
  it('takes linear time for repeated pieces of secrets', () => {
    const inputs = PIECES.flatMap((piece) => [
      (count: number): string => piece.repeat(count),
      (count: number): string => `Bearer ${piece.repeat(count)}`,
      (count: number): string => `${piece.repeat(count)}!`,
      (count: number): string => `a${piece}`.repeat(count),
    ]);
    expect(inputs.filter((input) => growsTooFast(run, input)).map((input) => input(3))).toEqual([]);
  });
});

it('100,000 letters after `Bearer ` are redacted at once', () => {
  const start = performance.now();
  expect(redactor.redact(`Bearer ${'a'.repeat(100_000)}`)).toBe('Bearer <redacted:bearer>');
  expect(performance.now() - start).toBeLessThan(1_000);
});
