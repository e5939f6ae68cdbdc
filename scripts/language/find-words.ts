// Finds words of the list in comments, declared names and shown texts.
import type ts from 'typescript';
import { commentsOf, declaredNames, isTestTitle, shownTexts } from './read-texts.ts';
import { BANNED_WORDS } from './word-list.ts';
import type { Place } from './word-list.ts';

export interface Hit {
  readonly place: Place;
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
  readonly word: string;
  readonly instead: string;
}

/** Words and hits of one file, as sums. */
export interface Findings {
  readonly commentWords: number;
  readonly names: number;
  readonly hits: readonly Hit[];
}

const EVERYWHERE: readonly Place[] = ['comment', 'name', 'text'];

const PATTERNS = BANNED_WORDS.map(({ pattern, instead, places = EVERYWHERE }) => ({
  expression: new RegExp(`(?<!\\w|\\w['’])(?:${pattern.replaceAll(' ', '\\s+')})(?![\\w])`, 'giu'),
  instead,
  places,
}));

/** `path` is relative to the repository: it decides which literals are texts that people read. */
export function findWords(source: ts.SourceFile, path: string): Findings {
  const comments = commentsOf(source);
  const names = declaredNames(source);
  const hits = [
    ...inProse(comments, 'comment', 0),
    ...names.flatMap(({ text, start }) => inName(text, start)),
    ...textsOf(source, path).flatMap(({ text, start }) => inProse(text, 'text', start)),
  ];
  return {
    commentWords: wordCount(comments),
    names: names.length,
    hits: hits.sort((a, b) => a.start - b.start),
  };
}

/** Counts words of letters, with an apostrophe inside: `node's` is one word. */
function wordCount(text: string): number {
  return text.match(/\p{L}[\p{L}'’]*/gu)?.length ?? 0;
}

/** Finds the words of the list in running text; `offset` is where the text begins in its file. */
export function inProse(text: string, place: Place, offset: number): Hit[] {
  const hits: Hit[] = [];
  for (const { expression, instead, places } of PATTERNS) {
    if (!places.includes(place)) continue;
    for (const match of text.matchAll(expression)) {
      const start = offset + match.index;
      const end = start + match[0].length;
      if (hits.some((hit) => start < hit.end && end > hit.start)) continue;
      hits.push({ place, start, end, word: match[0].replaceAll(/\s+/gu, ' '), instead });
    }
  }
  return hits;
}

/** Hits by name: most names are declared in many places. */
const nameHits = new Map<string, readonly Hit[]>();

/** Finds the words of the list among the camelCase parts of a name. */
function inName(name: string, start: number): Hit[] {
  let known = nameHits.get(name);
  if (known === undefined) {
    const parts = name.replaceAll(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/gu, ' ').toLowerCase();
    known = inProse(parts, 'name', 0);
    nameHits.set(name, known);
  }
  return known.map((hit) => ({ ...hit, word: name, start, end: start + name.length }));
}

/** Modules that the build writes from Markdown. */
const GENERATED = ['src/planner/prompt-texts.ts', 'src/cli/guide/guide-texts.ts'];

function textsOf(source: ts.SourceFile, path: string): { start: number; text: string }[] {
  if (path.startsWith('test/')) return shownTexts(source, isTestTitle);
  // The prompts are written for models; `prompts/` is where to read them.
  if (GENERATED.includes(path) || path.startsWith('scripts/language/')) return [];
  return shownTexts(source);
}
