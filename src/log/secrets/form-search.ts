// Replaces the forms of secrets in a text: few and short ones by an expression, all others by an index.
import { FormIndex } from './form-index.ts';

const PLACEHOLDER = '<redacted:[^<>]{1,80}>';
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;
/** Up to about this size an expression is the fastest search. Far larger ones are refused. */
const LARGEST_EXPRESSION = 16_384;

export class FormSearch {
  private readonly index: FormIndex;
  private readonly expressions: readonly RegExp[];

  /** `words` are found only where no letter or digit is next to them. `largest`: the size of an expression. */
  constructor(forms: readonly string[], words: readonly string[] = [], largest = LARGEST_EXPRESSION) {
    const [short, others] = splitAtSize(
      [...forms].sort((a, b) => a.length - b.length),
      largest,
    );
    this.index = new FormIndex(others);
    const sources = [...short.reverse().map(escapeForm), ...words.map(wordSource)];
    this.expressions = expressionsOf(sources);
  }

  /** `replace` is called with forms, and with what looks like a placeholder. */
  replace(text: string, replace: (match: string) => string): string {
    return this.expressions.reduce(
      (result, expression) => result.replace(expression, replace),
      this.replaceIndexed(text, replace),
    );
  }

  private replaceIndexed(text: string, replace: (match: string) => string): string {
    const found = this.index.find(text);
    if (found.length === 0) return text;
    const kept = placeholdersIn(text, replace);
    let next = 0;
    let result = '';
    let done = 0;
    for (const { start, form } of found) {
      const end = start + form.length;
      while ((kept[next]?.end ?? Infinity) < end) next += 1;
      if ((kept[next]?.start ?? Infinity) <= start) continue;
      result += text.slice(done, start) + replace(form);
      done = end;
    }
    return result + text.slice(done);
  }
}

/** The places of placeholders that stay as they are. */
function placeholdersIn(
  text: string,
  replace: (match: string) => string,
): readonly { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(new RegExp(PLACEHOLDER, 'g'))]
    .filter(([match]) => replace(match) === match)
    .map(({ 0: match, index }) => ({ start: index, end: index + match.length }));
}

/** Splits texts in the order of their lengths: the first part fits into one expression. */
function splitAtSize(forms: readonly string[], largest: number): readonly [string[], readonly string[]] {
  let size = 0;
  const end = forms.findIndex((form) => {
    size += form.length;
    return size > largest;
  });
  return end < 0 ? [[...forms], []] : [forms.slice(0, end), forms.slice(end)];
}

function expressionsOf(sources: readonly string[]): readonly RegExp[] {
  const parts: string[][] = [[PLACEHOLDER]];
  let size = 0;
  for (const source of sources) {
    size += source.length;
    if (size > 2 * LARGEST_EXPRESSION) {
      parts.push([PLACEHOLDER]);
      size = source.length;
    }
    parts.at(-1)?.push(source);
  }
  return parts.map((part) => new RegExp(part.join('|'), 'g'));
}

function wordSource(word: string): string {
  return `(?<!\\w)${escapeForm(word)}(?!\\w)`;
}

function escapeForm(form: string): string {
  return form.replace(SPECIAL, '\\$&');
}
