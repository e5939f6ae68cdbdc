// Identifies the price rules, `rules.json`, without loading them.

export const RULES = {
  /** The day on which the rules were last changed. */
  date: '2026-11-30',
  /** SHA-256 of the file. A test has the new value when the file has changed. */
  sha256: 'c034f8d5e9f78cbdcbe62405b78cec4dcff091af3a903e4075e9a975a4cefdc0',
} as const;
