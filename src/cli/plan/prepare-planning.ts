// Everything that must be right before a sentence is planned: its inputs, the planner's model and key, what is saved,
// and which types of node there are. Nothing was paid when this throws.
import { PflowError } from '../../errors.ts';
import { createRedactor, secretsIn, type Redactor } from '../../log/secrets/redaction.ts';
import { requireKey } from '../../models/credentials.ts';
import { parseModelName } from '../../models/model-name.ts';
import type { ModelClient } from '../../models/model.ts';
import type { RecordedAnswer } from '../../models/recorded-answers.ts';
import type { PlannedRequest } from '../../run/run-request.ts';
import type { RunOptions } from '../run/run-options.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { parseInputWords } from '../run/prepare-workflow.ts';
import { readRecordedAnswers } from '../run/recorded-client.ts';
import { createRecordedClient } from '../run/recorded-models.ts';
import { readSettings, type Settings } from '../../home/settings.ts';
import { readStdinIfAny } from '../terminal/stdin.ts';
import { workingFolder } from '../../home/working-folder.ts';
import type { SentenceOptions } from './run-sentence.ts';
import { listSavedWorkflows } from './saved-workflows.ts';

type Prepared = Pick<PlannedRequest, 'task' | 'registry' | 'models' | 'defaultModel' | 'cwd' | 'env'>;

export interface Planning extends Prepared {
  readonly settings: Settings;
  /** Knows the secrets that are known so far. */
  readonly redactor: Redactor;
}

/** Who plans where neither --model nor the settings say. */
const USUAL_PLANNER = 'anthropic/claude-sonnet-4-5';
const LONGEST_SENTENCE = 10_000;
/** The node that asks about saved workflows. */
const DISCOVERY = 'workflow-discovery';

export async function preparePlanning({ sentence, words, flags }: SentenceOptions): Promise<Planning> {
  requireLength(sentence);
  const { env } = process;
  const cwd = workingFolder();
  const given = parseInputWords(words);
  const settings = readSettings(env);
  const model = flags.model ?? settings.planner_model ?? settings.default_model ?? USUAL_PLANNER;
  const defaultModel = flags.model ?? settings.default_model ?? model;
  const redactor = createRedactor({ env });
  for (const [name, value] of secretsIn(given)) redactor.conceal(name, value);
  const records = flags.answers === undefined ? undefined : await readRecordedAnswers(flags.answers);
  const models = await plannerModels(model, { flags, settings, redactor, cwd, records });
  const { types: registry } = await loadRegistry({ nodes: flags.nodes, cwd, env });
  const saved = knewNone(records, flags) ? [] : listSavedWorkflows(env);
  const stdin = await readStdinIfAny();
  const task = { request: sentence, given, stdin, env, saved, registry, model, defaultModel };
  return { task, registry, models, defaultModel, cwd, env, settings, redactor };
}

/** It stands in every question, and each of them is paid. */
function requireLength(sentence: string): void {
  const length = sentence.trim().length;
  if (length > 0 && length <= LONGEST_SENTENCE) return;
  const problem = length === 0 ? 'is empty' : `is longer than ${String(LONGEST_SENTENCE)} characters`;
  throw new PflowError('USAGE', `the sentence ${problem}`, {
    hint: 'Say in a sentence what is to be done; text to work on is piped in or read from a file.',
  });
}

/** Where nothing was saved nobody was asked: that run is the same again, whatever is saved here. */
function knewNone(records: readonly RecordedAnswer[] | undefined, { onMiss }: RunOptions): boolean {
  return onMiss === 'error' && records?.some(({ node }) => node === DISCOVERY) === false;
}

interface Access extends Pick<Planning, 'settings' | 'redactor' | 'cwd'> {
  readonly flags: RunOptions;
  readonly records: readonly RecordedAnswer[] | undefined;
}

/** Throws MODEL_UNKNOWN or MODEL_KEY_MISSING, unless everything is answered from a log. */
async function plannerModels(model: string, access: Access): Promise<ModelClient> {
  const { settings, flags, cwd, redactor, records } = access;
  const { env } = process;
  const providers = settings.providers ?? {};
  const name = parseModelName(model, providers);
  const live = async (): Promise<ModelClient> => {
    requireKey(name, env);
    const { createProviderClient } = await import('../../models/provider-client.ts');
    return createProviderClient({ env, providers, cwd });
  };
  if (records === undefined) return live();
  return createRecordedClient(records, redactor, flags.onMiss === 'live' ? await live() : undefined);
}
