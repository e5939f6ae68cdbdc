// Invariant: following docs/tutorial.md gives what it shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/root.ts';
import { playTutorial, withoutTimes } from '../support/tutorial.ts';

const page = readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8');

test('the commands of the tutorial print what it shows', async () => {
  expect(page.match(/^\$ pflow /gmu)?.length).toBeGreaterThan(8);
  expect(withoutTimes(await playTutorial(page))).toBe(withoutTimes(page));
}, 600_000);
