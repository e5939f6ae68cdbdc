import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  BYTES_FILE,
  scannerModule,
  USAGE_KEYS_FILE,
  usageKeysModule,
} from '../../../scripts/compile-scanner.ts';

test('compiling the scanner again gives the bytes in the sources', () => {
  const kept = readFileSync(BYTES_FILE, 'utf8');
  // Not compared as texts: the difference would fill many screens.
  expect(kept === scannerModule()).toBe(true);
});

test('the scanner has the usage keys in the order of USAGE_COUNTS', () => {
  expect(readFileSync(USAGE_KEYS_FILE, 'utf8')).toBe(usageKeysModule());
});
