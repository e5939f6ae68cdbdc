// Words that other TypeScript projects do not use for what they mean here, each with what to write instead.
// docs/language.md has the rules; the linter and `npm run language` read this list.

export interface ListedWord {
  /** Every form of the word, in lower case. */
  readonly forms: readonly string[];
  readonly instead: string;
}

export interface ListedPhrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

export const WORDS: readonly ListedWord[] = [
  { forms: ['told', 'tell', 'tells', 'telling'], instead: 'reported, notified, known' },
  { forms: ['say', 'says', 'said', 'saying', 'sayable', 'unsaid'], instead: 'emit, report, print, mean' },
  { forms: ['ask', 'asks', 'asked', 'asking', 'asker'], instead: 'call, request, query, prompt' },
  { forms: ['nobody', 'somebody', 'anybody', 'whoever'], instead: 'the caller, the user, no code' },
  { forms: ['stand', 'stands', 'stood', 'standing'], instead: 'is, is present, is written' },
  { forms: ['affair', 'affairs'], instead: 'the job of' },
  { forms: ['onlooker', 'onlookers'], instead: 'observer' },
  { forms: ['conceal', 'conceals', 'concealed'], instead: 'register (a secret), redact' },
  { forms: ['heed', 'heeds', 'heeded'], instead: 'use, apply' },
  { forms: ['stranger', 'strangers'], instead: 'untrusted' },
  { forms: ['odd'], instead: 'unrecognised, unusual' },
  { forms: ['foreseen', 'foresee', 'foresees'], instead: 'expected' },
  { forms: ['narrator'], instead: 'run events' },
  { forms: ['wanted'], instead: 'requested, expected' },
  { forms: ['overlook', 'overlooks', 'overlooked'], instead: 'skip' },
  { forms: ['wish', 'wishes'], instead: 'option' },
  { forms: ['remark', 'remarks'], instead: 'finding, note' },
  { forms: ['judge', 'judges', 'judged'], instead: 'check, decide' },
  { forms: ['house'], instead: 'project' },
];

/** Only in comments and user texts: no identifier can hold a phrase. */
export const PHRASES: readonly ListedPhrase[] = [
  { pattern: /\bis none\b/giu, instead: 'is not a …' },
  { pattern: /\bthere (?:is|are):/giu, instead: 'available:' },
  { pattern: /(?<![\w,] )\bsuch as: /giu, instead: 'For example:' },
  { pattern: /\bof one's own\b/giu, instead: 'custom' },
  { pattern: /\bas it should be\b/giu, instead: 'valid' },
  { pattern: /\bthe specification\b/giu, instead: 'a page in docs/' },
];

const INSTEAD: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(({ forms, instead }) => forms.map((form) => [form, instead] as const)),
);

export interface Hit {
  readonly word: string;
  readonly instead: string;
  /** Offset in the text. */
  readonly offset: number;
}

/** Listed words and phrases of a comment or a user text. */
export function hitsInText(text: string): readonly Hit[] {
  const words = [...text.matchAll(/[A-Za-z]+/gu)].flatMap(({ 0: word, index }) => {
    const instead = INSTEAD.get(word.toLowerCase());
    return instead === undefined ? [] : [{ word, instead, offset: index }];
  });
  const phrases = PHRASES.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ 0: word, index }) => ({ word, instead, offset: index })),
  );
  return [...words, ...phrases].sort((a, b) => a.offset - b.offset);
}

/** Listed words among the parts of an identifier such as `wantedRun` or `WANTED_RUN`. */
export function hitsInName(name: string): readonly Hit[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .split(/[^A-Za-z]+/u)
    .flatMap((part) => {
      const instead = INSTEAD.get(part.toLowerCase());
      return instead === undefined ? [] : [{ word: part, instead, offset: 0 }];
    });
}

export function countWords(text: string): number {
  return [...text.matchAll(/[A-Za-z][A-Za-z'’-]*/gu)].length;
}
