import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scannerModule } from '../../scripts/compile-scanner.ts';

it('the compiled scanner is the one that its source gives', () => {
  expect(readFileSync('src/log/scanner/scanner-bytes.ts', 'utf8')).toBe(scannerModule());
});
