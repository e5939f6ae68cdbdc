// `npm run language [-- --list] [-- FOLDER …]`: how many words of the list stand in 1,000 words of comments and in 1,000
// declared names, by folder. `--list` names each place.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { countWords, hitsInName, hitsInText } from './language/word-list.ts';
import { readSource } from './language/read-source.ts';

const ROOT = resolve(import.meta.dirname, '..');
export const MEASURED_FOLDERS = ['src', 'projections', 'test', 'bench', 'scripts', 'fixtures/programs'];

export interface LanguageCount {
  words: number;
  wordHits: number;
  names: number;
  nameHits: number;
  textHits: number;
  /** `file:line: word → what to write`. */
  readonly places: string[];
}

export function measureLanguage(files: readonly string[]): LanguageCount {
  const count: LanguageCount = { words: 0, wordHits: 0, names: 0, nameHits: 0, textHits: 0, places: [] };
  for (const file of files) measureFile(file, count);
  return count;
}

function measureFile(file: string, count: LanguageCount): void {
  const text = readFileSync(file, 'utf8');
  for (const part of readSource(file, text)) {
    const hits = part.kind === 'name' ? hitsInName(part.text) : hitsInText(part.text);
    if (part.kind === 'comment') {
      count.words += countWords(part.text);
      count.wordHits += hits.length;
    } else if (part.kind === 'name') {
      count.names += 1;
      count.nameHits += hits.length > 0 ? 1 : 0;
    } else if (isUserText(file)) count.textHits += hits.length;
    else continue;
    for (const { word, instead, offset } of hits) {
      const line = text.slice(0, part.offset + offset).split('\n').length;
      count.places.push(`${relative(ROOT, file)}:${String(line)}: ${part.kind} "${word}" → ${instead}`);
    }
  }
}

/** Strings of tests and scripts are data or not for users. */
function isUserText(file: string): boolean {
  return /^(?:src|projections)\//u.test(relative(ROOT, file)) && !file.endsWith('prompt-texts.ts');
}

/** TypeScript files below a folder; compiled and copied ones are left out. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return path.endsWith('.ts') && !['scanner-bytes.ts', 'word-list.ts'].includes(name) ? [path] : [];
  });
}

/** Per 1,000, with one digit. */
export function perThousand(hits: number, all: number): number {
  return all === 0 ? 0 : Math.round((hits * 10_000) / all) / 10;
}

function printTable(named: readonly string[]): void {
  const folders = named.length > 0 ? named : MEASURED_FOLDERS;
  console.log('per 1,000 words of comments   per 1,000 declared names   in user texts');
  const line = (label: string, { wordHits, words, nameHits, names, textHits }: LanguageCount): string =>
    [
      `${String(perThousand(wordHits, words)).padStart(6)} (${String(wordHits)} of ${String(words)})`.padEnd(
        30,
      ),
      `${String(perThousand(nameHits, names)).padStart(6)} (${String(nameHits)} of ${String(names)})`.padEnd(
        27,
      ),
      `${String(textHits).padStart(6)}       ${label}`,
    ].join('');
  for (const folder of folders)
    console.log(line(folder, measureLanguage(sourceFiles(resolve(ROOT, folder)))));
  console.log(line('all', measureLanguage(folders.flatMap((folder) => sourceFiles(resolve(ROOT, folder))))));
}

if (process.argv[1] === import.meta.filename) {
  const named = process.argv.slice(2).filter((argument) => argument !== '--list');
  if (process.argv.includes('--list')) {
    const folders = named.length > 0 ? named : MEASURED_FOLDERS;
    const { places } = measureLanguage(folders.flatMap((folder) => sourceFiles(resolve(ROOT, folder))));
    for (const place of places) console.log(place);
  } else printTable(named);
}
