// Turns the Markdown of the planner's prompts into a module. The bundled program and the library then read no files.
// `npm run build` writes it; a test compares both.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../src/planner/prompts');

export const PROMPT_MODULE = resolve(FOLDER, '../prompt-texts.ts');

export function promptModule(): string {
  const files = readdirSync(FOLDER).sort();
  const members = files.map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const literal = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
    return `  '${file.replace(/\.md$/u, '')}': \`${literal}\`,\n`;
  });
  return [
    '// Written by `npm run build` from prompts/*.md: change those.\n\n',
    'export const PROMPT_TEXTS = {\n',
    ...members,
    '} as const;\n',
  ].join('');
}
