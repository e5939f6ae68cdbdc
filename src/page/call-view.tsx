// Shows a model call: what it used, and its prompt and answer side by side.
import type { VNode } from 'preact';
import type { Usage } from '../events/usage.ts';
import { groupDigits } from '../values/format-count.ts';
import { Clipped } from './clipped.tsx';
import { durationText } from './duration-text.ts';
import type { NodeCall } from './node-calls.ts';
import { valueText } from './value-text.ts';
import { oneLine } from './one-line.ts';

export function CallView({ call }: { readonly call: NodeCall }): VNode {
  const { prompted, failed, answered } = call;
  return (
    <section>
      <h3>Model call {call.call}</h3>
      <p class="muted">{aboutCall(call)}</p>
      <div class="pair">
        <div>
          <h4>Prompt</h4>
          {prompted?.system === undefined ? null : (
            <details>
              <summary>system</summary>
              <Clipped text={prompted.system} />
            </details>
          )}
          {prompted === undefined ? (
            <p class="muted">not in the log</p>
          ) : (
            <Clipped text={valueText(prompted.prompt)} />
          )}
        </div>
        <div>
          <h4>Answer</h4>
          {failed === undefined ? null : (
            <div class="error-text">
              <Clipped text={failed.error.message} />
            </div>
          )}
          {answered === undefined ? (
            <p class="muted">{noAnswerText(call)}</p>
          ) : (
            <Clipped text={valueText(answered.response)} />
          )}
        </div>
      </div>
      {prompted?.options === undefined ? null : (
        <details>
          <summary>options</summary>
          <Clipped text={valueText(prompted.options)} />
        </details>
      )}
    </section>
  );
}

function noAnswerText({ completed, failed, sent }: NodeCall): string {
  if (failed !== undefined) return 'no answer';
  if (completed !== undefined) return 'not in the log';
  return sent === undefined ? 'no answer recorded' : 'sent, no answer recorded';
}

function aboutCall({ prompted, sent, completed, failed }: NodeCall): string {
  const end = completed ?? failed;
  return [
    oneLine((end ?? prompted ?? sent)?.model ?? ''),
    ...(end === undefined
      ? [sent === undefined ? 'no answer recorded' : 'unmetered: no answer recorded, cost unknown']
      : [...tokensText(end.usage), durationText(end.duration_ms)]),
    ...(completed === undefined ? [] : answerFacts(completed)),
  ].join(' · ');
}

function tokensText(usage: Usage | undefined): string[] {
  if (usage === undefined) return [];
  const count = (tokens: number | undefined): string => (tokens === undefined ? '?' : groupDigits(tokens));
  return [`${count(usage.input_tokens)} → ${count(usage.output_tokens)} tokens`];
}

function answerFacts({
  response_model,
  finish_reason,
  reused,
}: NonNullable<NodeCall['completed']>): string[] {
  return [
    ...(response_model === undefined ? [] : [`answered by ${oneLine(response_model)}`]),
    ...(finish_reason === undefined ? [] : [`stopped: ${oneLine(finish_reason)}`]),
    ...(reused === undefined ? [] : ['reused, nothing was paid']),
  ];
}
