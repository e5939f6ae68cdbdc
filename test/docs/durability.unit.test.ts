// Invariant: every promise of docs/durability.md names tests that exist, and its table has every finding.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpairedSchema } from '../../projections/partners/schema.ts';
import { LOG_STATES } from '../../src/cli/verify/verify-document.ts';
import { ROOT } from '../support/root.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/durability.md');
const SECTIONS = ['## Promises', '## How it is tested'];

/** `test/a.test.ts` › "one" · "another": file and name of each. */
function namedTests(): readonly (readonly [string, string])[] {
  const pattern = /`(test\/[^`]+\.test\.ts)` › |"([^"]+)"/gu;
  let file = '';
  return [...page.matchAll(pattern)].flatMap(([, path, name]) => {
    if (path !== undefined) file = path;
    return name === undefined || file === '' ? [] : [[file, name.replaceAll(/\s+/gu, ' ')] as const];
  });
}

/** The codes of the first column of the table of findings. */
function codesOnThePage(): readonly string[] {
  const section = page.slice(
    page.indexOf('## Findings of `pflow verify`'),
    page.indexOf('## How it is tested'),
  );
  return [...section.matchAll(/^\| (`[^|]+`) \|/gmu)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z0-9-]+)`/gu)].map(([, code = '']) => code),
  );
}

describe('named tests', () => {
  const named = namedTests();

  test('exist', () => {
    expect(named.length).toBeGreaterThan(45);
    const missing = named.filter(([file, name]) => !read(file).includes(`'${name}'`));
    expect(missing).toEqual([]);
  });

  test('follow every promise and every mutant', () => {
    const items = SECTIONS.flatMap((title) =>
      (page.split(title)[1]?.split('\n## ')[0] ?? '').split(/^- /mu).slice(1),
    );
    expect(items.length).toBeGreaterThan(28);
    expect(items.filter((item) => !/^ {2}- `test\/[^`]+` ›\s"/mu.test(item))).toEqual([]);
  });
});

describe('the table of findings', () => {
  test('has one row for each code, and no other row', () => {
    const union = /export type FindingCode =([^;]+);/u.exec(read('src/log/read/read-report.ts'))?.[1] ?? '';
    const ofReader = [...union.matchAll(/'([a-z0-9-]+)'/gu)].map(([, code = '']) => code);
    expect(ofReader.length).toBeGreaterThan(15);
    const ofVerify = [
      ...read('src/cli/verify/check-log.ts').matchAll(/(?:code: |\['\w+', )'([a-z-]+)'/gu),
    ].map(([, code = '']) => code);
    const all = new Set([...ofReader, ...unpairedSchema.shape.code.options, ...ofVerify]);
    expect([...codesOnThePage()].sort()).toEqual([...all].sort());
  });

  test('comes after the list of states, from worst to best', () => {
    const states = /^The states, from worst to best: ([^.]*)\.$/mu.exec(page)?.[1] ?? '';
    expect([...states.matchAll(/`(\w+)`/gu)].map(([, state]) => state)).toEqual([...LOG_STATES]);
  });
});
