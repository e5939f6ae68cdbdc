// Reads the settings file, `settings.json` in the home folder: custom endpoints, node types and default models.
import { join } from 'node:path';
import * as z from 'zod';
import { PflowError } from '../errors.ts';
import { homeFolder } from './paths.ts';
import { formatProblem } from '../workflow/problem.ts';
import { toProblems } from '../workflow/schema-problems.ts';
import { parseJsonFile, readTextFile } from './text-file.ts';
import type { Environment } from '../values/environment.ts';

const BUILT_IN_PROVIDERS = new Set(['anthropic', 'openai', 'google', 'ollama']);

function requireAddresses(
  providers: Readonly<Record<string, { readonly base_url?: string | undefined }>>,
  context: z.RefinementCtx,
): void {
  for (const [name, { base_url }] of Object.entries(providers)) {
    if (!/^[^/\s]+$/u.test(name)) {
      const message = 'no model can be called by this name: it is written before a slash, without spaces';
      context.addIssue({ code: 'custom', path: [name], message });
    }
    if (base_url === undefined && !BUILT_IN_PROVIDERS.has(name)) {
      context.addIssue({ code: 'custom', path: [name, 'base_url'], message: 'is missing' });
    }
  }
}

let schema: ReturnType<typeof createSchema> | undefined;

/** Made when it is first needed: most runs have no settings. */
export function settingsSchema(): ReturnType<typeof createSchema> {
  return (schema ??= createSchema());
}

function createSchema() {
  const pricedAs = z
    .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
    .describe('whose prices a gateway charges: a seller, or for each of its models another model');
  return z.strictObject({
    providers: z
      .record(
        z.string(),
        z.strictObject({
          base_url: z.url().optional().describe('required unless the provider is built in'),
          api_key_env: z.string().optional(),
          priced_as: pricedAs.optional(),
          structured: z
            .enum(['json_schema', 'json_object', 'tool', 'none'])
            .optional()
            .describe('how structured answers are requested; json_schema by default'),
        }),
      )
      .superRefine(requireAddresses)
      .optional()
      .describe('OpenAI-compatible endpoints, by the name before the slash'),
    nodes: z.array(z.string()).optional().describe('modules with node types; paths start at the home folder'),
    default_model: z.string().optional().describe('the model of nodes without one'),
    pricing: z
      .union([z.string().min(1), z.array(z.string().min(1))])
      .optional()
      .describe('price files, the first one that knows a model wins; paths start at the home folder'),
    planner_model: z.string().optional().describe('the model of the planner, if it is another one'),
    log_dir: z
      .string()
      .min(1)
      .optional()
      .describe('the folder for the logs of all runs; a path that starts at the home folder'),
    log_keep_days: z.int().min(1).optional().describe('logs in log_dir that are older are deleted'),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/u, 'takes letters, digits, _ and -'), z.string())
      .optional()
      .describe(
        'values for inputs and keys of models that no variable of the environment has; always secret',
      ),
    deny: z
      .array(z.string().min(1))
      .optional()
      .describe('node types that no workflow may use, such as "shell" or "delete-*"'),
  });
}

const HINT =
  'Settings look like {"providers": {"local": {"base_url": "http://127.0.0.1:8080/v1"}}, "default_model": "local/name"}.';

export type Settings = z.infer<ReturnType<typeof createSchema>>;

export function settingsPath(env: Environment): string {
  return join(homeFolder(env), 'settings.json');
}

/** Returns empty settings for a missing file. Throws USAGE for a file with invalid settings. */
export function readSettings(env: Environment): Settings {
  const value = readSettingsFile(env);
  if (value === undefined) return {};
  const checked = checkSettings(value);
  if ('settings' in checked) return checked.settings;
  throw new PflowError('USAGE', `the settings in ${settingsPath(env)} are not valid`, {
    details: checked.problems,
    hint: HINT,
  });
}

/** Returns the file as it is, not checked; undefined without a file. Throws USAGE for text that is not JSON. */
export function readSettingsFile(env: Environment): unknown {
  const path = settingsPath(env);
  const text = readTextFile(path);
  return text === undefined ? undefined : parseJsonFile({ text, path, code: 'USAGE', hint: HINT });
}

/** Returns the settings, or each problem as a line. */
export function checkSettings(
  value: unknown,
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const { data, error } = settingsSchema().safeParse(value);
  if (data !== undefined) return { settings: data };
  const problems = error.issues.flatMap((issue) => toProblems(issue, value, settingsSchema()));
  return { problems: problems.map(formatProblem) };
}
