// Invariant: every strict rule of typescript-eslint is active, in ESLint or, where it needs types, in oxlint.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from './support/cli.ts';

/** Not active, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'no-unsafe-class-instance-assignment':
    'oxlint does not have it, and it alone takes half the time of ESLint',
  'no-unsafe-enum-assignment': 'the compiler permits no enums',
  'no-unsafe-enum-comparison': 'the compiler permits no enums',
  'only-throw-error': 'an aborted signal has any reason, which is thrown as it is',
  'prefer-promise-reject-errors': 'the same, for promises',
};

/** Rules that need types, and code that each must report. */
const FAULTS: Readonly<Record<string, string>> = {
  'await-thenable': 'await 1;',
  'no-array-delete': 'delete list[0];',
  'no-base-to-string': 'String({});',
  'no-confusing-void-expression': 'takes(() => act());',
  'no-deprecated': 'old();',
  'no-duplicate-type-constituents': `type Twice = 'a' | 'a';`,
  'no-floating-promises': 'Promise.resolve();',
  'no-for-in-array': 'for (const key in list) takes(key);',
  'no-generated-empty-object-type': 'type None = Pick<{ a: 1 }, never>;',
  'no-implied-eval': `setTimeout('act()', 1);`,
  'no-meaningless-void-operator': 'void act();',
  'no-misused-promises': 'if (Promise.resolve(true)) act();',
  'no-misused-spread': 'takes({ ...list });',
  'no-mixed-enums': `enum Mixed { A = 1, B = 'b' }`,
  'no-redundant-type-constituents': `type Text = 'a' | string;`,
  'no-unnecessary-boolean-literal-compare': 'if (flag === true) act();',
  'no-unnecessary-condition': 'if (list) act();',
  'no-unnecessary-template-expression': 'takes(`${text}`);',
  'no-unnecessary-type-arguments': 'generic<number>();',
  'no-unnecessary-type-assertion': 'takes(text as string);',
  'no-unnecessary-type-conversion': 'takes(String(text));',
  'no-unnecessary-type-parameters': 'function once<T>(one: T): void { takes(one); }',
  'no-unsafe-argument': 'takesText(anything);',
  'no-unsafe-assignment': 'const copy: string = anything;',
  'no-unsafe-call': 'anything();',
  'no-unsafe-member-access': 'takes(anything.member);',
  'no-unsafe-return': 'takes((): string => anything);',
  'no-unsafe-unary-minus': 'takes(-text);',
  'no-useless-default-assignment': 'takes(list.map((one = 1) => one));',
  'prefer-reduce-type-parameter': 'takes(list.reduce((sums) => sums, {} as Record<string, number>));',
  'prefer-return-this-type': 'class Chain { next(): Chain { return this; } }',
  'related-getter-setter-pairs':
    'class Pair { get a(): string { return text; } set a(value: number) { takes(value); } }',
  'require-await': 'takes(async () => { act(); });',
  'restrict-plus-operands': 'takes(text + 1);',
  'restrict-template-expressions': 'takes(`${list} `);',
  'return-await': 'takes(async () => { try { return Promise.resolve(1); } catch { return 2; } });',
  'switch-exhaustiveness-check': `switch (kind) { case 'a': act(); }`,
  'unbound-method': 'takes(new Bound().method);',
  'use-unknown-in-catch-callback-variable': 'takes(Promise.resolve().catch((error) => error));',
};

const SURROUNDINGS = `
declare const anything: any;
declare const flag: boolean;
declare const kind: 'a' | 'b';
declare const list: number[];
declare const text: string;
declare class Bound { method(): void; }
declare function act(): void;
declare function generic<T = number>(): T;
/** @deprecated */
declare function old(): void;
declare function takes(value: unknown): void;
declare function takesText(value: string): void;
export {};
`;

type Settings = Readonly<Record<string, unknown>>;

const isOn = (setting: unknown): boolean => ![0, 'off'].includes([setting].flat()[0] as string | number);
const activeIn = (rules: Settings): string[] =>
  Object.entries(rules).flatMap(([name, setting]) => (isOn(setting) ? [name.replace(/^.*\//u, '')] : []));

const oxlintRules = (): string[] => {
  const text = readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8');
  return activeIn((JSON.parse(text) as { readonly rules: Settings }).rules);
};

test('every strict rule is active', () => {
  const strict = Object.assign(
    {},
    ...tseslint.configs.strictTypeChecked.map(({ rules = {} }) => rules),
  ) as Settings;
  const more = ['consistent-type-imports', 'explicit-module-boundary-types', 'switch-exhaustiveness-check'];
  const expected = [...activeIn(strict), ...more].filter((name) => !(name in LEFT_OUT));
  const program = `import { ESLint } from 'eslint';
    const eslint = new ESLint();
    const configs = process.argv.slice(1).map((file) => eslint.calculateConfigForFile(file));
    console.log(JSON.stringify((await Promise.all(configs)).map(({ rules }) => rules)));`;
  const files = [
    'src/run/run-session.ts',
    'projections/fold.ts',
    'src/page/overview.tsx',
    'test/exports.unit.test.ts',
  ];
  const args = ['--input-type=module', '-e', program, ...files];
  const printed = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const missing = (JSON.parse(printed) as readonly Settings[]).map((rules) => {
    const active = new Set([...activeIn(rules), ...oxlintRules()]);
    return expected.filter((name) => !active.has(name));
  });
  // Tests need no annotations at their borders, and know what is there.
  expect(missing).toEqual([[], [], [], ['no-non-null-assertion', 'explicit-module-boundary-types']]);
});

test('every rule that needs types reports its fault', () => {
  const folder = temporaryFolder();
  const blocks = Object.values(FAULTS).map((code) => `{ ${code} }\n`);
  writeFileSync(join(folder, 'faults.ts'), blocks.join('') + SURROUNDINGS);
  const options = { target: 'ES2023', module: 'NodeNext', strict: true, lib: ['ES2023', 'DOM'], types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const args = [oxlint, '--type-aware', '-c', join(ROOT, '.oxlintrc.json'), '-f', 'json', '.'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] };
  const reported = Object.keys(FAULTS).filter((name, index) =>
    diagnostics.some(({ code, labels }) => code.includes(`(${name})`) && labels[0]?.span.line === index + 1),
  );
  expect(reported).toEqual(Object.keys(FAULTS));
  expect(oxlintRules().sort()).toEqual(Object.keys(FAULTS).sort());
});

interface Diagnostic {
  readonly code: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}
