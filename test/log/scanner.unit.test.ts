import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resultSlotsModule, scannerModule } from '../../scripts/compile-scanner.ts';

test('the compiled scanner is up to date with its source', () => {
  const kept = readFileSync('src/log/scanner/scanner-bytes.ts', 'utf8');
  // Compared as a boolean: a diff of the bytes would fill many screens.
  expect(kept === scannerModule()).toBe(true);
});

test('the slot numbers are up to date with the source of the scanner', () => {
  expect(readFileSync('src/log/scanner/result-slots.ts', 'utf8')).toBe(resultSlotsModule());
});
