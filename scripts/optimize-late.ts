// Makes Node optimize functions later than by default.

/**
 * A flag of Node: eight times as much work before a function is optimized. Linters and tests run very many functions,
 * each for a short time, so that optimizing them takes longer than it saves.
 */
export const OPTIMIZE_LATE = '--interrupt-budget=540672';
