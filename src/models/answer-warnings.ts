// Finds what a caller should know about an answer that is used all the same: it may lack its end, or a param of the
// request was not kept.
import { isCutShort } from './answer/finish-reason.ts';
import type { ModelAnswer, ModelRequest } from './model.ts';

export interface AnswerWarning {
  readonly code: 'ANSWER_CUT' | 'PARAM_IGNORED';
  readonly message: string;
}

const CUT: Readonly<Record<string, string>> = {
  length: 'the answer was cut off at the limit of tokens; raise max_tokens, or request a shorter answer',
  'content-filter': 'a filter of the provider cut the answer off',
};

/** `requireAnswer` rejects an answer without text, and a cut one that must fit a schema. */
export function answerWarnings(
  { model, text, finish_reason, ignored_params = [] }: ModelAnswer,
  { output_schema }: ModelRequest,
): readonly AnswerWarning[] {
  const warnings: AnswerWarning[] = ignored_params.map(({ param, reason }) => ({
    code: 'PARAM_IGNORED',
    message: `${model}: the param "${param}" was left out or changed: ${reason}`,
  }));
  const isUsed = text.trim() !== '' && finish_reason !== 'refusal' && finish_reason !== 'error';
  if (isUsed && isCutShort(finish_reason) && !(output_schema !== undefined && finish_reason in CUT)) {
    const what = CUT[finish_reason] ?? `the answer may lack its end: it stopped with "${finish_reason}"`;
    warnings.push({ code: 'ANSWER_CUT', message: `${model}: ${what}` });
  }
  return warnings;
}
