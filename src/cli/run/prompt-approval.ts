// Shows a node with its resolved params, and prompts for its approval.
import type { RedactText } from '../../run/redact-outcome.ts';
import type { ApprovalRequest } from '../../wrappers/approval.ts';
import { paramLines } from '../plan/plan-text.ts';
import { confirmAction } from '../terminal/confirm.ts';
import { escapeInvisible } from '../../values/escape-text.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface PromptOptions {
  readonly terminal: Terminal;
  readonly redact: RedactText;
  readonly signal: AbortSignal;
}

export function promptApproval(
  { node, type, params }: ApprovalRequest,
  { terminal, redact, signal }: PromptOptions,
): Promise<boolean> {
  const lines = [
    `approval  ${escapeInvisible(node)}  ${escapeInvisible(type)}`,
    ...Object.entries(params).flatMap(([name, value]) => paramLines(name, value)),
  ];
  return confirmAction({ lines: lines.map(redact), prompt: 'Run this node?' }, terminal, signal);
}
