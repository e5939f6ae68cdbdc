// Keeps the tools of MCP servers, as they described them when they were synced: one file for each server. Validation,
// the registry and the planner read them, so that no server has to run.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PflowError } from '../../errors.ts';
import { canonicalJson } from '../../values/canonical-json.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import { homeFolder } from '../paths.ts';
import { parseJsonFile, readTextFile } from '../text-file.ts';
import { replaceFileAtomically } from '../write-file.ts';
import type { ServerConfig } from './server-schema.ts';
import type { Environment } from '../../values/environment.ts';

const jsonSchema = z.record(z.string(), z.unknown());

const toolSchema = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  input_schema: jsonSchema,
  output_schema: jsonSchema.optional(),
  annotations: z
    .object({
      readOnlyHint: z.boolean().optional(),
      destructiveHint: z.boolean().optional(),
      idempotentHint: z.boolean().optional(),
      openWorldHint: z.boolean().optional(),
    })
    .optional(),
});

const storedServer = z.object({
  server: z.string(),
  /** When it was synced, in ISO form. */
  synced_at: z.string(),
  /** Digest of the configuration at that time. */
  config_digest: z.string(),
  version: z.string().optional(),
  tools: z.array(toolSchema),
});

/** A tool as its server described it. */
export type StoredTool = z.output<typeof toolSchema>;
export type StoredServer = z.output<typeof storedServer>;

function storedPath(env: Environment, server: string): string {
  return join(storeFolder(env), `${server}.json`);
}

function storeFolder(env: Environment): string {
  return join(homeFolder(env), 'mcp');
}

/** Returns undefined for a server that was never synced. Throws MCP_CONFIG_INVALID for a file that is damaged. */
export function readStoredServer(env: Environment, server: string): StoredServer | undefined {
  const path = storedPath(env, server);
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  const hint = `Write it again: pflow mcp sync ${server}`;
  const checked = storedServer.safeParse(parseJsonFile({ text, path, code: 'MCP_CONFIG_INVALID', hint }));
  if (checked.success) return checked.data;
  throw new PflowError('MCP_CONFIG_INVALID', `${path} does not hold the tools of a server`, { path, hint });
}

/** Returns the path. Throws FILE_UNWRITABLE. */
export function writeStoredServer(env: Environment, stored: StoredServer): string {
  const path = storedPath(env, stored.server);
  try {
    mkdirSync(storeFolder(env), { recursive: true });
    replaceFileAtomically(path, `${exactJsonText(stored, 2) ?? ''}\n`);
  } catch (error) {
    if (error instanceof PflowError) throw error;
    const { message } = error as Error;
    throw new PflowError('FILE_UNWRITABLE', `${path} cannot be written: ${message}`, {
      hint: 'Check the permissions of the folder, or set PFLOW_HOME.',
      cause: error,
    });
  }
  return path;
}

/** Identifies a configuration and shows nothing of it. */
export function digestOf(config: ServerConfig): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, 16);
}
