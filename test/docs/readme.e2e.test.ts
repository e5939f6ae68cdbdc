// Invariant: following the README gives the documented results.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { outputOf, samplesOf } from '../support/console-samples.ts';

const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
const samples = samplesOf(page);

test('there are samples, and each prints something', () => {
  expect(samples.length).toBeGreaterThanOrEqual(4);
  expect(samples.filter(({ printed }) => printed === '')).toEqual([]);
});

describe.each(samples.map((sample) => [sample.command, sample] as const))('%s', (_name, sample) => {
  test('prints the output in the README', () => {
    expect(outputOf(sample.command)).toBe(sample.printed);
  });
});

test('the workflow on the page is the fixture that the commands run', () => {
  const [, shown = ''] = /^```json\n([\s\S]*?)^```$/mu.exec(page) ?? [];
  expect(shown).toBe(readFileSync(join(ROOT, 'fixtures/workflows/summarise-file.json'), 'utf8'));
});

test('the two commands of the README are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Record<string, string>;
  };
  expect(page).toContain('npm start  ');
  expect(page).toContain('npm run check');
  expect(scripts['start']).toMatch(/^npm ci && npm run build && /u);
  expect(scripts['check']).toBe('npm ci && npm run setup && npm test');
});

test('every page that is linked exists', () => {
  const links = [...page.matchAll(/\]\(([^)#]+)\)/gu)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(() => readFileSync(join(ROOT, link)), link).not.toThrow();
});
