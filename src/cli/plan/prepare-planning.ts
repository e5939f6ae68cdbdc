// Prepares the planning of a sentence. Reads its inputs, the planner's model and key, the saved workflows and the
// node types. Nothing was paid when this throws.
import { PflowError } from '../../errors.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { homeFolder, workingFolder } from '../../home/paths.ts';
import { readSavedWorkflows } from '../../home/saved-workflows/list-saved.ts';
import { readSettings, type Settings } from '../../home/settings.ts';
import { readHomeSecrets } from '../../home/home-secrets.ts';
import { withSettingsEnv } from '../../home/settings-env.ts';
import { createRedactor, type Redactor } from '../../log/secrets/redaction.ts';
import { providerKeyVariables, requireKey } from '../../models/credentials.ts';
import { parseModelName } from '../../models/model-name.ts';
import type { ModelClient } from '../../models/model.ts';
import type { RecordedAnswer } from '../../models/recorded-answers.ts';
import type { ReusableWorkflow } from '../../planner/planning-task.ts';
import { createNestedReader } from '../../run/nested/planned-children.ts';
import type { PlannedRequest, RunRequest } from '../../run/run-request.ts';
import { present } from '../../values/present.ts';
import { parseInputWords } from '../run/read-inputs.ts';
import { recordedArgv } from '../run/recorded-argv.ts';
import type { RunOptions } from '../run/run-options.ts';
import { readStdinIfPiped } from '../terminal/stdin.ts';

export interface SentenceOptions {
  readonly sentence: string;
  /** `key=value`. */
  readonly words: readonly string[];
  readonly flags: RunOptions;
  /** Prints the planned workflow instead of running it. */
  readonly dryRun: boolean;
}

export interface Planning {
  readonly request: Pick<
    PlannedRequest,
    'task' | 'readNested' | 'registry' | 'models' | 'cwd' | 'env' | 'hiddenVariables' | 'origin'
  > & {
    readonly defaultModel: string;
  };
  readonly settings: Settings;
  /** Knows the secrets that are known so far. */
  readonly redactor: Redactor;
}

/** The planner's model where neither --model nor the settings name one. */
const DEFAULT_PLANNER_MODEL = 'anthropic/claude-sonnet-4-5';
const LONGEST_SENTENCE = 10_000;
/** The node that calls a model about the saved workflows. */
const DISCOVERY = 'workflow-discovery';

export async function preparePlanning({ sentence, words, flags }: SentenceOptions): Promise<Planning> {
  requireLength(sentence);
  const { env } = process;
  const cwd = workingFolder();
  const given = parseInputWords(words);
  const settings = readSettings(env);
  const model = flags.model ?? settings.planner_model ?? settings.default_model ?? DEFAULT_PLANNER_MODEL;
  const defaultModel = flags.model ?? settings.default_model ?? model;
  const { settings: known, ...secrets } = readHomeSecrets(env);
  const redactor = createRedactor({ env, ...secrets, settings: { given, known } });
  const records = await readRecords(flags);
  const models = await createPlannerClient(model, { flags, settings, redactor, cwd, records });
  const { types: registry } = await loadRegistry({ nodes: flags.nodes, cwd, env });
  const saved = ranWithoutSaved(records, flags) ? [] : listSavedWorkflows(env);
  const stdin = await readStdinIfPiped();
  const readNested = createNestedReader({ env, cwd, nodes: flags.nodes });
  const values = { given, stdin, env, ...present({ settings: settings.env }) };
  const task = { request: sentence, ...values, saved, registry, model, defaultModel, readNested };
  const hiddenVariables = providerKeyVariables(settings.providers);
  const argv = recordedArgv(process.argv.slice(2), '');
  const origin = { cwd, argv, ...present({ tags: flags.tag }) };
  const request = { task, readNested, registry, models, defaultModel, cwd, env, hiddenVariables, origin };
  return { request, settings, redactor };
}

/** Every prompt of the planner holds the sentence, and each of them is paid. */
function requireLength(sentence: string): void {
  const length = sentence.trim().length;
  if (length > 0 && length <= LONGEST_SENTENCE) return;
  const problem = length === 0 ? 'is empty' : `is longer than ${String(LONGEST_SENTENCE)} characters`;
  throw new PflowError('USAGE', `the sentence ${problem}`, {
    hint: 'Describe the task in one sentence; text to work on is piped in or read from a file.',
  });
}

type Records = readonly RecordedAnswer[] | undefined;

async function readRecords({ answers }: RunOptions): Promise<Records> {
  if (answers === undefined) return undefined;
  return (await import('../../run/recorded-client.ts')).readRecordedAnswers(answers);
}

/** Detects a recorded run without saved workflows. It repeats without them, whatever is saved now. */
function ranWithoutSaved(records: Records, { onMiss }: RunOptions): boolean {
  return onMiss === 'error' && records?.some(({ node }) => node === DISCOVERY) === false;
}

/** Skips files that are not valid workflows. */
function listSavedWorkflows(env: RunRequest['env']): readonly ReusableWorkflow[] {
  return readSavedWorkflows(homeFolder(env)).workflows.map(({ name, description, keywords, ir }) => ({
    name,
    ...present({ description }),
    keywords,
    ir,
  }));
}

interface ClientOptions extends Pick<Planning, 'settings' | 'redactor'> {
  readonly cwd: string;
  readonly flags: RunOptions;
  readonly records: Records;
}

/** Throws MODEL_UNKNOWN or MODEL_KEY_MISSING, unless a log answers every call. */
async function createPlannerClient(model: string, options: ClientOptions): Promise<ModelClient> {
  const { settings, flags, cwd, redactor, records } = options;
  const { providers = {} } = settings;
  const env = withSettingsEnv(process.env, settings);
  const name = parseModelName(model, providers);
  const createLive = async (): Promise<ModelClient> => {
    requireKey(name, env);
    const { createProviderClient } = await import('../../models/provider-client.ts');
    return createProviderClient({ env, providers, cwd });
  };
  if (records === undefined) return createLive();
  const { createRecordedClient } = await import('../../run/recorded-client.ts');
  return createRecordedClient(records, redactor, flags.onMiss === 'live' ? await createLive() : undefined);
}
