// Every pattern of the source takes linear time. Inputs are generated from each pattern, written as a literal or built
// while the program runs, and the steps of a matcher are counted: no clock decides.
import { RegExpParser, visitRegExpAST, type AST } from '@eslint-community/regexpp';
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../src/nodes/registry.ts';
import { quoteReferences } from '../src/values/sh/quote-references.ts';
import { workflowJsonSchema } from '../src/workflow/json-schema.ts';
import { stepCounter, type Pattern } from './support/count-steps.ts';

interface SourcePattern extends Pattern {
  readonly place: string;
}

const files = ['src', 'projections'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);

interface FoundPatterns {
  readonly literals: SourcePattern[];
  /** Files that build a pattern while the program runs. */
  readonly builders: Set<string>;
}

function findPatterns(): FoundPatterns {
  const found: FoundPatterns = { literals: [], builders: new Set() };
  for (const path of files) {
    const text = readFileSync(path, 'utf8');
    if (!/\/|RegExp\(/u.test(text)) continue;
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        const place = `${path}:${String(line + 1)}`;
        found.literals.push({ place, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
      }
      if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp')
        found.builders.add(path);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
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
    case 'ExpressionCharacterClass':
      return membersOf(element, flags)[0] ?? '';
    default:
      return '';
  }
}

function membersOf({ raw }: AST.Element, flags: string): readonly string[] {
  const one = new RegExp(`^${raw}$`, flags.replace(/[gy]/gu, ''));
  return SAMPLES.filter((character) => one.test(character));
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
      const isClass = element.type === 'CharacterSet' || element.type === 'CharacterClass';
      const all = isClass ? membersOf(element, flags) : [];
      const members = [...all.slice(0, 2), ...all.filter((one) => one === ' ')];
      const pumped = new Set([sampleOf(element, flags), ...members]);
      pumps.push({
        prefix: prefixOf(quantifier, flags),
        pumped: [...pumped].filter((piece) => piece !== ''),
      });
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

const COUNT = 60;
/** For twice the text, linear patterns take twice the steps, quadratic ones four times. */
const MOST_GROWTH = 3;

/** The inputs, three pieces long, for which the steps grow faster than the text. */
function findGrowth(pattern: Pattern): readonly string[] {
  const countSteps = stepCounter(pattern);
  return inputsOf(pattern)
    .filter((input) => {
      const [once = 0, twice = 0, fourTimes = 0] = [1, 2, 4].map((times) => countSteps(input(times * COUNT)));
      return fourTimes === Infinity || (fourTimes > MOST_GROWTH * twice && twice > MOST_GROWTH * once);
    })
    .map((input) => input(3));
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

const mayRepeat = ({ source }: Pattern): boolean =>
  /[+*]|\{\d+,/u.test(source) && !Object.hasOwn(BOUNDED, source);

const found = findPatterns();

describe('a pattern in the source', () => {
  const patterns = found.literals.filter(mayRepeat);

  it('is found', () => {
    expect(patterns.length).toBeGreaterThan(80);
  });

  it.each(patterns.map((pattern) => [`${pattern.place} /${pattern.source}/`, pattern] as const))(
    'in %s takes linear time',
    (_, pattern) => {
      expect(findGrowth(pattern)).toEqual([]);
    },
  );
});

describe('a pattern that is built while the program runs', () => {
  const built = new Map<string, SourcePattern>();
  const original = globalThis.RegExp;

  beforeAll(async () => {
    globalThis.RegExp = new Proxy(original, {
      construct(target, given: [string | RegExp, string?]) {
        const made = new target(...given);
        const place = /(?:src|projections)\/[\w./-]+\.ts/u.exec(new Error().stack?.split('\n')[2] ?? '')?.[0];
        if (place !== undefined)
          built.set(`${place} ${made.source}`, { place, source: made.source, flags: made.flags });
        return made;
      },
    });
    vi.resetModules();
    await buildPatterns();
  });
  afterAll(() => {
    globalThis.RegExp = original;
    vi.resetModules();
  });

  it('is recorded from each file that builds one', () => {
    const places = new Set([...built.values()].map(({ place }) => place));
    expect([...found.builders].filter((path) => !places.has(path))).toEqual([]);
  });

  it('takes linear time', () => {
    const growing = [...built.values()]
      .filter(mayRepeat)
      .flatMap((pattern) => findGrowth(pattern).map((input) => ({ ...pattern, input })));
    expect(growing).toEqual([]);
  });
});

describe('a pattern of a JSON Schema', () => {
  const patterns = new Set<string>();
  const collect = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    if ('pattern' in schema && typeof schema.pattern === 'string') patterns.add(schema.pattern);
    for (const inner of Object.values(schema)) collect(inner);
  };

  it('takes linear time in an editor', async () => {
    collect(workflowJsonSchema(await loadNodeTypes(NODE_TYPE_NAMES)));
    const repeating = [...patterns].map((source) => ({ source, flags: 'u' })).filter(mayRepeat);
    expect(repeating.length).toBeGreaterThan(3);
    expect(repeating.flatMap(findGrowth)).toEqual([]);
  });
});

/** Loads and calls everything that builds patterns, with values that need escaping. */
async function buildPatterns(): Promise<void> {
  const { createRedactor } = await import('../src/log/secrets/redaction.ts');
  const redactor = createRedactor({
    secrets: { key: 'Qx7-correct+horse*zZ19(', other: 'läuft "so"\nweiter' },
  });
  redactor.registerSecretScalar('pin', 4711);
  redactor.redact(`x ${Buffer.from('Qx7-correct+horse*zZ19(').toString('base64')} 4711 …`);
  const { slug } = await import('../src/values/slug.ts');
  slug('some name', { maxLength: 40, kept: '._' });
  const { exactJsonText } = await import('../src/values/exact-json.ts');
  exactJsonText({ big: 1458059302022549698n });
  const { isAssigned } = await import('../src/workflow/templates/parse-command.ts');
  isAssigned('name', 'name=1');
  const { findSchemaFault } = await import('../src/values/schema-fault.ts');
  findSchemaFault({ pattern: '^[a-z]+$' });
  await import('../src/cli/terminal/colour.ts');
  const { namesOf } = await import('../projections/pricing/books/formats/genai-prices.ts');
  const { genaiModelSchema } = await import('../projections/pricing/books/formats/genai-prices-schema.ts');
  const model = genaiModelSchema.parse({ id: 'model', match: { regex: '^model' }, prices: {} });
  namesOf({ id: 'provider', models: [model] }, model);
}

describe('a quadratic pattern', () => {
  it.each([
    ['\\s*\\n\\s*', 'gu'],
    ['\\s+$', 'u'],
    ['[A-Z]+:', 'g'],
    ['(a|b)*c', ''],
    ['(?:a+)+$', ''],
    ['^(?:x|xx)*y', ''],
    ['(?<=a.*)b', 'g'],
  ])('/%s/%s is found to take more', (source, flags) => {
    expect(findGrowth({ source, flags })).not.toEqual([]);
  });

  it.each([
    ['^\\s+', 'u'],
    ['[a-z]+', 'g'],
    ['(?<![a-z])sk-[a-z]{4,}', 'g'],
    ['x{1,40}y', ''],
  ])('/%s/%s is not', (source, flags) => {
    expect(findGrowth({ source, flags })).toEqual([]);
  });
});

/** Characters of an input. A quadratic function takes a second for so many, a linear one about a millisecond. */
const LENGTH = 30_000;
/** Milliseconds of CPU time: other programs of a busy machine do not count. */
const LONG = 150;

async function functionsOf(): Promise<readonly (readonly [string, (text: string) => unknown])[]> {
  const { createRedactor } = await import('../src/log/secrets/redaction.ts');
  const { isSecretName } = await import('../src/log/secrets/secret-names.ts');
  const { toOneLine } = await import('../src/values/escape-text.ts');
  const { slug } = await import('../src/values/slug.ts');
  const { findJsonFault } = await import('../src/values/json-fault.ts');
  const { removeJsonFence } = await import('../src/values/fenced-json.ts');
  const redactor = createRedactor({
    secrets: { key: 'Qx7-correct-horse-zZ19', other: 'läuft "so"\nweiter' },
  });
  redactor.registerSecretScalar('pin', 4711);
  return [
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
}

const PIECES = (
  'Bearer |Basic |bearer a|eyJ|eyJaaaaaaaa.|eyJaaaaaaaa.aaaaaaaa.|sk-|sk-ant-|ghp_|xoxb-|AKIA|-----BEGIN |PRIVATE KEY-----|' +
  '-----BEGIN PRIVATE KEY-----|://|://a:|?a=|&token=|;|…|<redacted:|<redacted:a>|Qx7-cor|zZ19|4711|4711 |{"|"a":|[|```|```json\n|' +
  '${|a_|-|.| |\t|\n|\r\n|\\n|a|A|0|é|漢|\\u00e9|%2F|aaaaaaaaaaaaaaaa\n|' +
  '51 |51 78 37 |51783722 |00 |0 |0x51,|81, 120, |121 |01010001 |\n00000000: 5178 3722 |\n000000  51 78 |' +
  '%25|%41|%2525|\\\\"|\\\\\\\\|&amp;|&#65;|\\u0041|\\x41|ab\n|ab\\n'
).split('|');

/** CPU time in milliseconds. */
function timeOnce(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** What takes long once may have met the garbage collector: the best of three counts. */
function cpuTime(work: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < 3 && best > LONG; round += 1) best = Math.min(best, timeOnce(work));
  return best;
}

/** Four times the text: 4 times as long for a linear function, 16 for a quadratic one. */
const MOST_TIMES = 8;

/** Compares n and 4 n where 4 n takes long. On a slow machine every function may. */
function isSuperlinear(textOf: (length: number) => string, work: (text: string) => unknown): boolean {
  const long = textOf(LENGTH);
  const time = timeOnce(() => work(long));
  if (time <= LONG) return false;
  const short = textOf(LENGTH / 4);
  const limit = Math.max(LONG, MOST_TIMES * cpuTime(() => work(short)));
  return time > limit && [2, 3].every(() => timeOnce(() => work(long)) > limit);
}

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

describe.each(await functionsOf())('%s', (_, run) => {
  it('takes linear time for repeated pieces of secrets', () => {
    const texts = PIECES.flatMap((piece): readonly ((length: number) => string)[] => [
      (length) => repeated(piece, length),
      (length) => `Bearer ${repeated(piece, length)}`,
      (length) => `${repeated(piece, length)}!`,
      (length) => repeated(`a${piece}`, length),
    ]);
    const slow = texts.filter((textOf) => isSuperlinear(textOf, run)).map((textOf) => textOf(40));
    expect(slow).toEqual([]);
  });
});

/** `@@` is the place of a value. */
const SHELL_PIECES = [
  ...'a |$a |@@|@@ |"|\'|`|$(|(|)|((|${|{ |} |;|& |\n|#|\\|=|é|\t|$$|$@|${!a}|${a[@]}|$((|<(|>('.split('|'),
  ...'<<E\n!E\n!<<-E\n@@\nE\n!<<< @@ !| !| sh !&& !> f !> f; sh f; !sh f; !tee f !cat | !echo @@ | '.split(
    '!',
  ),
  ...'x=@@ |x=$x |a=$b; b=$a; |$x; |a=( |export a=@@ |A=b |declare -i |read a;|set -- @@;|for a in |f() |f @@; '.split(
    '|',
  ),
  ...'eval |eval $a |eval "$a";|sh -c |sh -c "$a" |sh -c "$(cat)" |. |trap |ssh |-o |xargs |xargs -I{} |{} '.split(
    '|',
  ),
  ...'parallel |python3 |python3 - |-c |-f - |awk |sed |jq |git |make |env |sudo |[[ |-eq |case |esac |if x; then '.split(
    '|',
  ),
  ...'e=eval; $e @@|e=eval; e=sh; $e $a |git -c |tmux new |rebase -x |; new @@ |read @@'.split('|'),
  'make -f - <<E\n@@\nE\n',
  'cat <<E > f\n@@\nE\nsh f\n',
];

function quote(text: string): unknown {
  const parts = text.split('@@').flatMap((part) => [part, { variable: 'V' }]);
  return quoteReferences(parts);
}

describe('the reader of commands', () => {
  it('takes linear time for repeated pieces of commands', () => {
    const texts = SHELL_PIECES.flatMap((piece): readonly ((length: number) => string)[] => [
      (length) => repeated(piece, length),
      (length) => `sh -c ${repeated(piece, length)}`,
      (length) => `${repeated(piece, length)}sh`,
      (length) => `"${repeated(piece, length)}"`,
      (length) => `eval ${repeated(piece, length)}`,
    ]);
    const slow = texts.filter((textOf) => isSuperlinear(textOf, quote)).map((textOf) => textOf(40));
    expect(slow).toEqual([]);
  });

  // 50 programs that each read the rest again, five scripts deep.
  it('reads scripts inside scripts once', () => {
    let script = '"$a"';
    for (let level = 0; level < 6; level += 1)
      script = `${'eval '.repeat(50)}'${script.replaceAll("'", "'\\''")}'`;
    expect(cpuTime(() => quote(`a=@@; ${script}`))).toBeLessThan(LONG);
  });
});

it('a quadratic function is found, and a slow linear one is not', () => {
  const blanks = (length: number): string => `${' '.repeat(length)}x`;
  expect(isSuperlinear(blanks, (text) => text.replace(/\s+$/u, ''))).toBe(true);
  const start = process.cpuUsage();
  const used = (): number => {
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  const slow = (text: string): void => {
    const end = used() + text.length * 8;
    while (used() < end);
  };
  const busy = (): void => {
    slow(blanks(LENGTH));
  };
  expect(timeOnce(busy)).toBeGreaterThan(LONG);
  expect(isSuperlinear(blanks, slow)).toBe(false);
});
