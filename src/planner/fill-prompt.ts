// Fills a prompt from its Markdown. What is the same for every request goes into the system text, which a provider can
// cache; what differs goes into the prompt.
import { PROMPT_TEXTS } from './prompt-texts.ts';

export type PromptName = Exclude<keyof typeof PROMPT_TEXTS, 'data-rule'>;

export interface FilledPrompt {
  readonly system: string;
  readonly prompt: string;
}

const DIVIDER = '\n<!-- below: what differs from request to request -->\n';
const PLACE = /\{\{([a-z_]+)\}\}/gu;

/** Every place of the Markdown must have a value. Values are not searched for places. */
export function fillPrompt(name: PromptName, values: Readonly<Record<string, string>>): FilledPrompt {
  const [stable = '', differing = ''] = PROMPT_TEXTS[name].split(DIVIDER);
  const all = { ...values, data_rule: PROMPT_TEXTS['data-rule'].trim() };
  return { system: filled(name, stable, all), prompt: filled(name, differing, all) };
}

function filled(name: string, text: string, values: Readonly<Record<string, string>>): string {
  return text
    .replaceAll(PLACE, (_place, key: string) => {
      const value = values[key];
      if (value === undefined) throw new Error(`the prompt "${name}" has a place {{${key}}} without a value`);
      return value;
    })
    .trim();
}
