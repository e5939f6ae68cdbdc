// Finds texts that bash evaluates outside of `$((…))`: `${a[i]}`, `${a:i:2}`, `${!name}`, `${name@P}`.

const CALCULATED = /\$\{\w{1,200}(\[|:(?![-=+?]))([^}\n]{0,200})/uy;
/** Expanded once more. */
const EXPANDED_TWICE = /\$\{(?:!(\w{1,200})\}|(\w{1,200}|@)@P\})/uy;
/** Makes a list by key: what is in its brackets is no calculation. */
const HAS_KEYS = /\s-[a-zA-Z]{0,9}A/u;
/** A variable or a positional parameter. */
const VARIABLE = /\$\{?([A-Za-z_]\w*|[\d@*])|[A-Za-z_]\w*/gu;

export class Calculations {
  private readonly text: string;
  private hasKeys: boolean | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** What is calculated in the parameter that begins at `at`, with its `${`. */
  inParameter(at: number): string | undefined {
    const [, indirect, prompt] = this.match(EXPANDED_TWICE, at);
    const name = indirect ?? prompt;
    if (name !== undefined) return `$${name}`;
    const [, mark, calculated] = this.match(CALCULATED, at);
    if (mark === '[') this.hasKeys ??= HAS_KEYS.test(this.text);
    return mark === '[' && this.hasKeys === true ? undefined : calculated;
  }

  private match(pattern: RegExp, at: number): readonly (string | undefined)[] {
    pattern.lastIndex = at;
    return pattern.exec(this.text) ?? [];
  }
}

/** Lists the variables of a calculation. */
export function calculatedNames(text: string): readonly string[] {
  return Array.from(text.matchAll(VARIABLE), ([word, name = word]) => name);
}
