// Prints how many words of the list (language/word-list.ts) each folder uses: `npm run language`.
// `--list [path …]` names each one instead: `file:line: word (place) -> what to write`.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { findWords } from './language/find-words.ts';
import type { Findings, Hit } from './language/find-words.ts';
import { sourceFiles } from './language/source-files.ts';

const { values, positionals } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    root: { type: 'string', default: join(import.meta.dirname, '..') },
  },
  allowPositionals: true,
});

interface Row {
  readonly folder: string;
  readonly findings: readonly Findings[];
}

const folders = new Map<string, Findings[]>();
for (const path of sourceFiles(resolve(values.root)).filter(isSelected)) {
  const source = ts.createSourceFile(
    path,
    readFileSync(join(values.root, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const findings = findWords(source, path);
  const folder = folderOf(path);
  folders.set(folder, [...(folders.get(folder) ?? []), findings]);
  if (values.list)
    findings.hits.forEach((hit) => {
      console.log(listed(hit, path, source));
    });
}
if (!values.list) printTable([...folders].map(([folder, findings]) => ({ folder, findings })));

function isSelected(path: string): boolean {
  return (
    positionals.length === 0 ||
    positionals.some((start) => path === start || path.startsWith(start.replace(/\/*$/u, '/')))
  );
}

/** The room of `src`, or the top-level folder. */
function folderOf(path: string): string {
  const [first = '', second = '', ...rest] = path.split('/');
  if (rest.length > 0 && ['src', 'test'].includes(first)) return `${first}/${second}`;
  return path.includes('/') ? first : '.';
}

function listed(hit: Hit, path: string, source: ts.SourceFile): string {
  const { line } = source.getLineAndCharacterOfPosition(hit.start);
  return `${path}:${String(line + 1)}: ${hit.word} (${hit.place}) -> ${hit.instead}`;
}

function printTable(rows: readonly Row[]): void {
  const total: Row = { folder: 'total', findings: rows.flatMap((row) => row.findings) };
  console.log(
    'folder                comments: words  hits  per 1,000   names: declared  hits  per 1,000   texts: hits',
  );
  for (const { folder, findings } of [...rows, total]) {
    const words = findings.reduce((sum, one) => sum + one.commentWords, 0);
    const names = findings.reduce((sum, one) => sum + one.names, 0);
    const [inComments, inNames, inTexts] = (['comment', 'name', 'text'] as const).map((place) =>
      hitsIn(findings, place),
    );
    console.log(
      folder.padEnd(21) +
        cells([words, 16], [inComments, 6], [rate(inComments, words), 11], [names, 18], [inNames, 6]) +
        cells([rate(inNames, names), 11], [inTexts, 14]),
    );
  }
}

function hitsIn(findings: readonly Findings[], place: Hit['place']): number {
  return findings.reduce((sum, { hits }) => sum + hits.filter((hit) => hit.place === place).length, 0);
}

function rate(hits: number | undefined, among: number): string {
  return (((hits ?? 0) * 1000) / Math.max(among, 1)).toFixed(1);
}

function cells(...pairs: readonly (readonly [number | string | undefined, number])[]): string {
  return pairs.map(([value, width]) => String(value).padStart(width)).join('');
}
