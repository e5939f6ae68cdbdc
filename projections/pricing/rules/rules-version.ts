// Identifies the price rules, `rules.json`, without loading them.

/** The day on which the rules were last changed. */
export const RULES_DATE = '2026-11-30';
