// Lists variants of a model name that mean the same model: without a release date, with `-latest`, without a version.
// Each variant names its rule, so that a result can show which one was used.

export interface Variant {
  readonly name: string;
  /** null: unchanged. */
  readonly rule: string | null;
}

function isDate(year: number, month: number, day: number): boolean {
  return year >= 2020 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** Removes `-20250514`, `@20250514`, `-2025-05-14`, and after `-preview` or `-exp` also `-05-14` or `-09-2025`. */
export function stripDate(name: string): string | null {
  const compact = /^(.+)[-@](\d{4})(\d{2})(\d{2})$/.exec(name) ?? /^(.+)-(\d{4})-(\d{2})-(\d{2})$/.exec(name);
  if (compact !== null) {
    const [, stem = '', year, month, day] = compact;
    return isDate(Number(year), Number(month), Number(day)) ? stem : null;
  }
  const short = /^(.+-(?:preview|exp))-(\d{2})-(\d{2})$/.exec(name);
  if (short !== null) return isDate(2025, Number(short[2]), Number(short[3])) ? (short[1] ?? null) : null;
  const monthly = /^(.+-(?:preview|exp))-(\d{2})-(20\d{2})$/.exec(name);
  return monthly !== null && isDate(Number(monthly[3]), Number(monthly[2]), 1) ? (monthly[1] ?? null) : null;
}

/** Mistral's names without a version mean its newest model of that size. */
const NEWEST_OF_MISTRAL =
  /^(?:mistral\/)?(?:(?:mistral|magistral|devstral|pixtral)-(?:large|medium|small|tiny)|codestral)$/;

/** True for a name whose model changes with time. */
export function isFloating(name: string): boolean {
  return isLatest(name) || NEWEST_OF_MISTRAL.test(name);
}

const isLatest = (name: string): boolean => /(?:^|[-@:/~])latest$/.test(name);

function strip(name: string, pattern: RegExp): string | null {
  const stem = name.replace(pattern, '');
  return stem === name || stem === '' ? null : stem;
}

/** Lists the name itself first, then its variants, the most similar ones first. */
export function nameVariants(name: string): readonly Variant[] {
  const found: Variant[] = [{ name, rule: null }];
  const add = (variant: string | null, rule: string): void => {
    if (variant !== null && !found.some((known) => known.name === variant))
      found.push({ name: variant, rule });
  };
  add(stripDate(name), 'date suffix');
  add(strip(name, /[-@:]latest$/), 'latest');
  if (!isLatest(name)) add(`${name}-latest`, 'latest');
  add(strip(name, /@(default|latest|\d{3})$/), 'version suffix');
  if (/^(gemini|text-embedding|imagen)-/.test(name)) add(strip(name, /-\d{3}$/), 'version suffix');
  return found;
}

/** Removes Bedrock's versions, `-v1:0`, `-v2` or `:0`, and a date before them. */
export function bedrockVariants(name: string): readonly Variant[] {
  const found: Variant[] = [{ name, rule: null }];
  const bare = strip(name, /(-v\d+)?(:\d+)?(:\d+k)?$/);
  if (bare !== null) found.push({ name: bare, rule: 'version suffix' });
  const undated = stripDate(bare ?? name);
  if (undated !== null) found.push({ name: undated, rule: 'date suffix' });
  return found;
}

/** Reduces the name of a fine-tuned model to its base: `ft:gpt-4o-2024-08-06:org::id` is `ft:gpt-4o`. */
export function fineTuneVariants(name: string): readonly Variant[] {
  const base = /^(ft:[^:]+):/.exec(name)?.[1];
  if (base === undefined) return [];
  // Older models have a month and a day without a year, such as `gpt-3.5-turbo-0125`.
  const undated = stripDate(base) ?? strip(base, /-[01]\d[0-3]\d$/);
  const found: Variant[] = [{ name: base, rule: 'fine-tune' }];
  return undated === null ? found : [...found, { name: undated, rule: 'fine-tune, date suffix' }];
}

/** Lists names of the model that a fine-tuned one was made from, without `ft:`. */
export function fineTuneBases(name: string): readonly Variant[] {
  return fineTuneVariants(name).map(({ name: tuned }) => ({ name: tuned.slice(3), rule: 'fine-tune' }));
}
