// Turns pages of docs into the module of `pflow guide`. The bundled program then reads no files.
// `npm run build` writes it; a test compares both.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GUIDE_TOPICS } from '../src/cli/guide/topics.ts';

const DOCS = resolve(import.meta.dirname, '../docs');

export const GUIDE_MODULE = resolve(import.meta.dirname, '../src/cli/guide/guide-texts.ts');

export function guideModule(): string {
  const pages = [...new Set(GUIDE_TOPICS.map(({ page }) => page))].sort();
  const members = pages.map((page) => {
    const text = readFileSync(join(DOCS, `${page}.md`), 'utf8');
    return `  ${/^\w+$/u.test(page) ? page : `'${page}'`}: ${JSON.stringify(text)},\n`;
  });
  return [
    '// Written by `npm run build` from docs/*.md: change those.\n\n',
    '// prettier-ignore\n',
    'export const GUIDE_TEXTS = {\n',
    ...members,
    '} as const;\n',
  ].join('');
}
