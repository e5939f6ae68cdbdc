// Invariant: every promise of docs/durability.md names tests that exist, and its table has every finding.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpairedSchema } from '../../projections/partners/schema.ts';
import { LOG_STATES } from '../../src/cli/verify/verify-document.ts';
import { ROOT } from '../support/root.ts';
import { listItems, namedTests, sectionOf } from './named-tests.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/durability.md');

/** The codes of the first column of the table of findings. */
function codesOnThePage(): readonly string[] {
  const section = sectionOf(page, 'Findings of `pflow verify`');
  return [...section.matchAll(/^\| (`[^|]+`) \|/gmu)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z0-9-]+)`/gu)].map(([, code = '']) => code),
  );
}

describe('named tests', () => {
  const named = namedTests(page);

  test('exist', () => {
    expect(named.length).toBeGreaterThan(45);
    const missing = named.filter(
      ({ file, title = '' }) => title === '' || !read(file).includes(`'${title}'`),
    );
    expect(missing).toEqual([]);
  });

  test('follow every promise and every mutant', () => {
    const items = ['Promises', 'How it is tested'].flatMap((heading) => listItems(sectionOf(page, heading)));
    expect(items.length).toBeGreaterThan(28);
    expect(items.filter((item) => namedTests(item).length === 0)).toEqual([]);
  });
});

describe('the table of findings', () => {
  test('has one row for each code, and no other row', () => {
    const union =
      /export type FindingCode =([^;]+);/u.exec(read('src/log/read/reading-report.ts'))?.[1] ?? '';
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
