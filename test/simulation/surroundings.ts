// Makes the environment, the settings and the addresses of a scenario.
import type { Scenario } from './scenario.ts';
import { DIALECTS } from './usage-dialects.ts';

const BUILT_IN = new Set(['anthropic', 'openai', 'google', 'ollama']);
/** Marks the processes of a run, so that those which are left can be found. */
export const RUN_MARK = 'PFLOW_SIMULATION';

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Relative to the folder of the run. */
  readonly files: Readonly<Record<string, string>>;
  /** The address of the pages. */
  readonly web: string;
}

export function createSurroundings(
  { secrets, seed }: Scenario,
  { folder, origin }: { readonly folder: string; readonly origin: string },
): Surroundings {
  const custom = DIALECTS.map(({ provider }) => provider).filter((provider) => !BUILT_IN.has(provider));
  const providers = Object.fromEntries(
    custom.map((provider, index) => [
      provider,
      {
        base_url: `${origin}/${provider}/v1`,
        ...(provider === 'acme' ? { api_key_env: 'ACME_LOGIN' } : {}),
        ...(index % 4 === 1 ? { structured: (['tool', 'json_object', 'none'] as const)[index % 3] } : {}),
      },
    ]),
  );
  return {
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: folder,
      PFLOW_HOME: `${folder}/home`,
      [RUN_MARK]: `${String(process.pid)}-${String(seed)}-${folder.slice(-6)}`,
      ANTHROPIC_BASE_URL: `${origin}/anthropic`,
      OPENAI_BASE_URL: `${origin}/openai/v1`,
      GOOGLE_BASE_URL: `${origin}/google/v1beta`,
      OLLAMA_HOST: `${origin}/ollama`,
      ...secrets,
    },
    files: { 'home/settings.json': JSON.stringify({ providers }) },
    web: `${origin}/web`,
  };
}

/** Values of the inputs that the workflow declares. */
export function givenInputs(
  { workflow, inputs }: Scenario,
  { web }: Surroundings,
): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, unknown>> = { ...inputs, web };
  return Object.fromEntries(Object.keys(workflow.inputs ?? {}).map((name) => [name, all[name]]));
}
