// Reads the settings file, `settings.json` in the home folder: custom endpoints, node types and default models.
import { join } from 'node:path';
import * as z from 'zod';
import { PflowError } from '../errors.ts';
import { homeFolder } from './paths.ts';
import { parseJsonFile, readTextFile } from './text-file.ts';

export const settingsSchema = z.strictObject({
  providers: z
    .record(z.string(), z.strictObject({ base_url: z.url(), api_key_env: z.string().optional() }))
    .optional()
    .describe('OpenAI-compatible endpoints, by the name before the slash'),
  nodes: z.array(z.string()).optional().describe('modules with node types; paths start at the home folder'),
  default_model: z.string().optional().describe('the model of nodes without one'),
  planner_model: z.string().optional().describe('the model of the planner, if it is another one'),
});

const HINT =
  'Settings look like {"providers": {"local": {"base_url": "http://127.0.0.1:8080/v1"}}, "default_model": "local/name"}.';

export type Settings = z.infer<typeof settingsSchema>;

/** Returns empty settings for a missing file. Throws USAGE for a file with invalid settings. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const path = join(homeFolder(env), 'settings.json');
  const text = readTextFile(path);
  if (text === undefined) return {};
  const checked = settingsSchema.safeParse(parseJsonFile({ text, path, code: 'USAGE', hint: HINT }));
  if (checked.success) return checked.data;
  throw new PflowError('USAGE', `the settings in ${path} are not valid`, {
    details: checked.error.issues.map(({ path: keys, message }) =>
      keys.length === 0 ? message : `${keys.join('.')}: ${message}`,
    ),
    hint: HINT,
  });
}
