import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scannerModule } from '../../scripts/compile-scanner.ts';

it('the compiled scanner is the one that its source gives', () => {
  const kept = readFileSync('src/log/scanner/scanner-bytes.ts', 'utf8');
  // Not compared as texts: the difference would fill many screens.
  expect(kept === scannerModule()).toBe(true);
});
