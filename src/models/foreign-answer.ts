// Recognises an answer in the form of another API than the one that was called. Its usage is paid all the same.
import { asFields } from '../values/json-fields.ts';
import {
  anthropicBill,
  googleBill,
  openaiChatBill,
  openaiResponsesBill,
  type ReadBill,
} from './usage/api-bills.ts';

export interface AnswerForm {
  /** As a message names it. */
  readonly name: string;
  readonly bill: ReadBill;
}

const CHAT = { name: 'chat completions', bill: openaiChatBill } as const;
const RESPONSES = { name: "OpenAI's Responses API", bill: openaiResponsesBill } as const;
const ANTHROPIC = { name: "Anthropic's Messages API", bill: anthropicBill } as const;
const GOOGLE = { name: "Google's generateContent", bill: googleBill } as const;

/** Undefined for a body of no known form. */
export function findAnswerForm(body: unknown): AnswerForm | undefined {
  const { choices, output, object, content, type, candidates, usageMetadata } = asFields(body);
  if (choices !== undefined || object === 'chat.completion') return CHAT;
  if (output !== undefined || object === 'response') return RESPONSES;
  if (type === 'message' || Array.isArray(content)) return ANTHROPIC;
  return candidates !== undefined || usageMetadata !== undefined ? GOOGLE : undefined;
}

export function isChatForm(form: AnswerForm | undefined): boolean {
  return form === CHAT;
}
