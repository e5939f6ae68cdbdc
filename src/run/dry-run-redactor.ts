// Creates the redactor of what --dry-run prints: it knows the secrets of nested workflows before they run.
import type { Redactor } from '../log/secrets/redaction.ts';
import type { ChildWorkflow } from './nested/child-workflow.ts';
import { createRunRedactor } from './redact-outcome.ts';
import type { RunRequest } from './run-request.ts';

interface Subject extends Pick<RunRequest, 'workflow' | 'inputs'> {
  readonly nested?: { readonly children: ReadonlyMap<string, ChildWorkflow> } | undefined;
}

export async function createDryRunRedactor(
  env: RunRequest['env'],
  { workflow, inputs, nested }: Subject,
): Promise<Redactor> {
  const redactor = createRunRedactor(env, { executed: { workflow, inputs } });
  if (nested !== undefined) {
    const { registerNestedSecrets } = await import('./nested/nested-secrets.ts');
    registerNestedSecrets(redactor, workflow, nested.children);
  }
  return redactor;
}
