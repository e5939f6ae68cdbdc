// Turns any text into a name of lower-case letters, digits and dashes.

export interface SlugOptions {
  /** In characters; a longer name is cut at a dash where it has one. */
  readonly longest: number;
  /** Characters that are kept inside the name, such as `._`. */
  readonly kept?: string;
}

/** Returns undefined when nothing is left, as of a text in another script. */
export function slug(text: string, { longest, kept = '' }: SlugOptions): string | undefined {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(new RegExp(`[^a-z0-9${kept}]+`, 'gu'), '-')
    .replaceAll(/^[._-]+|[._-]+$/gu, '');
  const cut = name.length <= longest ? name : name.slice(0, longest + 1).replace(/-[^-]*$/u, '');
  const short = cut.slice(0, longest).replaceAll(/[._-]+$/gu, '');
  return short === '' ? undefined : short;
}
