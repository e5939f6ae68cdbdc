// Invariant: every promise of docs/durability.md names tests that exist, and every finding has its row.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpairedSchema } from '../../projections/partners/schema.ts';
import { LOG_STATES } from '../../src/cli/verify/verify-document.ts';
import { ROOT } from '../support/root.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/durability.md');

/** `test/a.test.ts` › "one" · "another": file and name of each. */
function namedTests(): readonly (readonly [string, string])[] {
  const pattern = /`(test\/[^`]+\.test\.ts)` › |"([^"]+)"/gu;
  let file = '';
  return [...page.matchAll(pattern)].flatMap(([, path, name]) => {
    if (path !== undefined) file = path;
    return name === undefined || file === '' ? [] : [[file, name] as const];
  });
}

/** The codes of the first column of the table of findings. */
function codesOnThePage(): readonly string[] {
  const section = page.slice(
    page.indexOf('## What `pflow verify` says'),
    page.indexOf('## How it is tested'),
  );
  return [...section.matchAll(/^\| (`[^|]+`) \|/gmu)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z0-9-]+)`/gu)].map(([, code = '']) => code),
  );
}

describe('the tests that are named', () => {
  const named = namedTests();

  test('are many, and each exists', () => {
    expect(named.length).toBeGreaterThan(45);
    const missing = named.filter(([file, name]) => !read(file).includes(`'${name}'`));
    expect(missing).toEqual([]);
  });

  test('are named beside every promise and every change', () => {
    const sections = ['## What is promised', '## How it is tested'].map(
      (title) => page.split(title)[1]?.split('\n## ')[0] ?? '',
    );
    const rows = sections.flatMap((section) =>
      section.split('\n').filter((line) => /^\| (?!---|promise|change)/u.test(line)),
    );
    expect(rows.length).toBeGreaterThan(28);
    expect(rows.filter((row) => !/`test\/[^`]+` › "/u.test(row))).toEqual([]);
  });
});

describe('the findings', () => {
  test('have a row each, and there are no others', () => {
    const union = /export type FindingCode =([^;]+);/u.exec(read('src/log/read/read-report.ts'))?.[1] ?? '';
    const ofReader = [...union.matchAll(/'([a-z0-9-]+)'/gu)].map(([, code = '']) => code);
    expect(ofReader.length).toBeGreaterThan(15);
    const ofVerify = [
      ...read('src/cli/verify/check-log.ts').matchAll(/(?:code: |\['\w+', )'([a-z-]+)'/gu),
    ].map(([, code = '']) => code);
    const all = new Set([...ofReader, ...unpairedSchema.shape.code.options, ...ofVerify]);
    expect([...codesOnThePage()].sort()).toEqual([...all].sort());
  });

  test('belong to states that are named from worst to best', () => {
    const states = /^States, from worst to best: (.*)$/mu.exec(page)?.[1] ?? '';
    expect([...states.matchAll(/`(\w+)`/gu)].map(([, state]) => state)).toEqual([...LOG_STATES]);
  });
});
