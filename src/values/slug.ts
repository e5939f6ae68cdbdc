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
    .replaceAll(/^[._-]+|[._-]+$/gu, '');
  const cut = name.length <= maxLength ? name : name.slice(0, maxLength + 1).replace(/-[^-]*$/u, '');
  const short = cut.slice(0, maxLength).replaceAll(/[._-]+$/gu, '');
  return short === '' ? undefined : short;
}
