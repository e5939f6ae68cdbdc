// Made by scripts/import-prices.ts. Names the catalogue without loading it.

export const CATALOGUE = {
  source: '@pydantic/genai-prices',
  /** Version of the package, and the day its prices were imported. */
  version: '0.1.8+2026-11-22',
  date: '2026-11-22',
  /** SHA-256 of the package's data. */
  sha256: '0c9da2297434f9f0a3033f26442542457e7b2a68f411aa1b0bb4cade1a129c06',
} as const;
