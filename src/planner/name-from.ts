// A name for a workflow out of any text: small letters, digits and dashes.

const LONGEST = 50;

/** Undefined where nothing is left, as of a text in another script. */
export function nameFrom(text: string): string | undefined {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '');
  const cut = words.length <= LONGEST ? words : words.slice(0, LONGEST + 1).replace(/-[^-]*$/u, '');
  const name = cut.slice(0, LONGEST);
  return name === '' ? undefined : name;
}
