// Defines what is read from the body of an answer. Each API has its own reader; a reader takes the text wherever it is,
// and passes over everything that it does not know.
import { exactJsonText } from '../../values/exact-json.ts';
import { asFields } from '../../values/json-fields.ts';

export interface AnswerReading {
  /** The texts of the answer, joined. */
  readonly text: string;
  /** JSON: the arguments of the first tool call. */
  readonly tool_arguments?: string;
  /** One of `FinishReason`, or the provider's own word for another reason. */
  readonly finish_reason: string;
}

/** Returns undefined for a body that holds no message in the form of the API. */
export type ReadAnswer = (body: unknown) => AnswerReading | undefined;

/** Joins the texts of content: a text, a part, or a list of them. Parts of another kind are passed over. */
export function textOfContent(content: unknown, isText: (part: unknown) => boolean = () => true): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part) => textOfContent(part, isText)).join('');
  const { text } = asFields(content);
  return typeof text === 'string' && isText(content) ? text : '';
}

/** Arguments of a tool call are JSON text in some APIs and values in others. Without a call nothing is returned. */
export function argumentsOf(given: unknown): Pick<AnswerReading, 'tool_arguments'> {
  if (given === undefined || given === null) return {};
  return { tool_arguments: typeof given === 'string' ? given : (exactJsonText(given) ?? '') };
}
