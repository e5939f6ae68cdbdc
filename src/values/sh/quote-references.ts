// Rewrites a shell command so that values reach `sh` as text, never as code. Each reference becomes a variable.
import { CommandReader } from './command-reader.ts';
import { REFERENCE_MARK, type Quoting } from './quote-reader.ts';
import type { Opening } from './word.ts';

/** A place in a command where a value belongs; `variable` is the environment variable that holds it. */
export interface Reference {
  readonly variable: string;
}

export interface QuotingProblem {
  /** Position among the references of the command, from 0. */
  readonly reference: number;
  /** Where the reference is, such as "inside backticks". */
  readonly place: string;
  /** See `CodeWords`. */
  readonly advice?: string;
}

export interface QuotedCommand {
  /** What `sh -c` is given. */
  readonly command: string;
  /** References that cannot be handed over safely. With one of them the command must not run. */
  readonly problems: readonly QuotingProblem[];
  /** Words that begin with a reference: see `findOptionValues`. */
  readonly openings?: readonly Opening[];
}

/**
 * Quotes each reference for the place where it is written: `"${V}"` outside of quotes, `${V}` inside double quotes and
 * here-documents, `'"${V}"'` inside single quotes. A place where the value could become code is a problem.
 */
export function quoteReferences(parts: readonly (string | Reference)[]): QuotedCommand {
  const texts = parts.filter((part) => typeof part === 'string');
  const references = parts.filter((part) => typeof part !== 'string');
  if (references.length === 0) return { command: texts.join(''), problems: [] };
  if (texts.some((text) => text.includes(REFERENCE_MARK))) {
    return {
      command: '',
      problems: [{ reference: 0, place: 'in a command with a NUL character' }],
      openings: [],
    };
  }
  if (references.length === 1 && texts.every((text) => text.trim() === '')) {
    return { command: '', problems: [{ reference: 0, place: 'as the whole command' }] };
  }
  const reader = new CommandReader(
    parts.map((part) => (typeof part === 'string' ? part : REFERENCE_MARK)).join(''),
  );
  const { quotings, problems, openings } = reader.read();
  let index = 0;
  const written = parts.map((part) => {
    if (typeof part === 'string') return part;
    const quoting = quotings[index] ?? 'unquoted';
    index += 1;
    return QUOTED[quoting](part.variable);
  });
  return {
    command: written.join(''),
    openings,
    problems: [...problems].map(([reference, place]) => ({ reference, ...place })).sort(byReference),
  };
}

/** Lists the words with references as their parts: texts without quotes, and numbers of references. */
export function wordsWithReferences(
  parts: readonly (string | Reference)[],
): readonly (readonly (string | number)[])[] {
  const texts = parts.map((part) =>
    typeof part === 'string' ? part.replaceAll(REFERENCE_MARK, '') : REFERENCE_MARK,
  );
  return new CommandReader(texts.join(''))
    .read()
    .words.map(({ text, references, offsets }) => [
      ...references.flatMap((reference, index) => [
        text.slice(offsets[index - 1] ?? 0, offsets[index]),
        reference,
      ]),
      text.slice(offsets.at(-1) ?? 0),
    ]);
}

/** Braces keep a letter that follows from becoming part of the name. */
const QUOTED: Readonly<Record<Quoting, (variable: string) => string>> = {
  unquoted: (variable) => `"\${${variable}}"`,
  double: (variable) => `\${${variable}}`,
  single: (variable) => `'"\${${variable}}"'`,
};

function byReference(a: QuotingProblem, b: QuotingProblem): number {
  return a.reference - b.reference;
}
