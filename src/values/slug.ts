// Turns any text into a name of lower-case letters, digits and dashes.

interface SlugOptions {
  /** In characters. A longer name is cut at a dash if it has one. */
  readonly maxLength: number;
  /** Characters that are kept inside the name, such as `._`. */
  readonly kept?: string;
}

/** Returns undefined if no letter or digit is left, as of another script. */
export function slug(text: string, { maxLength, kept = '' }: SlugOptions): string | undefined {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(new RegExp(`[^a-z0-9${kept}]+`, 'gu'), '-')
    .replace(/^[._-]+/u, '');
  const whole = withoutSeparatorsAtEnd(name);
  const cut = whole.length <= maxLength ? whole : whole.slice(0, maxLength + 1).replace(/-[^-]*$/u, '');
  const short = withoutSeparatorsAtEnd(cut.slice(0, maxLength));
  return short === '' ? undefined : short;
}

/** A pattern for the end of a text would try every position before it. */
function withoutSeparatorsAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && '._-'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
