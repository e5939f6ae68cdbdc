/** Lists what the language rule checks; `PLAIN_ENGLISH=all` checks everything. */
const PLAIN: readonly string[] = ['scripts/language/**/*.ts', 'scripts/measure-language.ts'];

export const PLAIN_FOLDERS = process.env['PLAIN_ENGLISH'] === 'all' ? ['**/*.ts'] : [...PLAIN];
