// Loads node types: the built-in ones, those of modules named with --nodes, those of modules in the settings, and
// those of the tools of MCP servers.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import type { NodeType } from '../flow/node-type.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../nodes/registry.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { expandHome } from '../values/home-path.ts';
import { findDenied } from './denied-types.ts';
import { homeFolder } from './paths.ts';
import { readSettings } from './settings.ts';

export interface Registry {
  readonly types: ReadonlyMap<string, NodeType<RunContext>>;
  /** Every name, also of types that were not loaded, for suggestions. */
  readonly typeNames: readonly string[];
  /** Maps each custom type to its module, as the user named it. A tool comes from an MCP server. */
  readonly modules: ReadonlyMap<string, string>;
  /** Explains requested types of tools that do not exist, as a sentence. */
  readonly missing: ReadonlyMap<string, string>;
  /** Maps each type that the settings deny to the pattern that denies it. It is in no other member. */
  readonly denied: ReadonlyMap<string, string>;
}

export interface RegistryRequest {
  /** Names of types; unknown names are ignored. By default all types are loaded. */
  readonly requested?: readonly string[];
  /** Paths of modules, relative to `cwd`. */
  readonly nodes: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface ModulePath {
  readonly path: string;
  readonly shownPath: string;
}

/**
 * Loads the node types, without those that the settings deny. Throws FILE_NOT_FOUND, NODE_MODULE_INVALID,
 * MCP_CONFIG_INVALID, and USAGE for invalid settings.
 */
export async function loadRegistry(request: RegistryRequest): Promise<Registry> {
  const { deny } = readSettings(request.env);
  const all = await loadAllTypes(request);
  const denied = findDenied(
    new Set([...all.typeNames, ...all.types.keys(), ...(request.requested ?? [])]),
    deny,
  );
  if (denied.size === 0) return { ...all, denied };
  return {
    types: withoutNames(all.types, denied),
    typeNames: all.typeNames.filter((name) => !denied.has(name)),
    modules: withoutNames(all.modules, denied),
    missing: all.missing,
    denied,
  };
}

function withoutNames<T>(
  members: ReadonlyMap<string, T>,
  denied: Registry['denied'],
): ReadonlyMap<string, T> {
  return new Map([...members].filter(([name]) => !denied.has(name)));
}

/** Loads the modules of the settings for types that are not built in only. */
async function loadAllTypes({
  requested,
  nodes,
  cwd,
  env,
}: RegistryRequest): Promise<Omit<Registry, 'denied'>> {
  const builtIn = await loadNodeTypes(requested ?? NODE_TYPE_NAMES);
  const named = nodes.map((shownPath) => ({
    path: resolve(cwd, expandHome(shownPath, homedir())),
    shownPath,
  }));
  const needsSettings = requested === undefined || requested.some((name) => !NODE_TYPE_NAMES.includes(name));
  const custom = await loadModules([...named, ...(needsSettings ? settingsModules(env) : [])]);
  const tools = await loadTools(env, requested);
  return {
    types: new Map([...builtIn, ...tools.types, ...custom.types]),
    typeNames: [...NODE_TYPE_NAMES, ...custom.types.keys()],
    modules: new Map([...tools.modules, ...custom.modules]),
    missing: new Map([...tools.missing].filter(([name]) => !custom.types.has(name))),
  };
}

/** Reads the configuration of MCP servers only where a tool may be meant. */
async function loadTools(
  env: RegistryRequest['env'],
  requested: readonly string[] | undefined,
): Promise<Pick<Registry, 'types' | 'modules' | 'missing'>> {
  const names = requested?.filter((name) => name.startsWith('mcp-'));
  if (names?.length === 0) return { types: new Map(), modules: new Map(), missing: new Map() };
  const { explainUnknownToolType, loadToolTypes } = await import('./mcp/tool-types.ts');
  const { types, servers } = loadToolTypes(env, names);
  const modules = new Map([...servers].map(([type, server]) => [type, `MCP server ${server}`]));
  const unknown = (names ?? []).filter((name) => !types.has(name));
  const missing = unknown.map((name) => [name, explainUnknownToolType(name, env)] as const);
  return { types, modules, missing: new Map(missing) };
}

function settingsModules(env: RegistryRequest['env']): ModulePath[] {
  const home = homeFolder(env);
  return (readSettings(env).nodes ?? []).map((name) => {
    const path = resolve(home, expandHome(name, homedir()));
    return { path, shownPath: path };
  });
}

async function loadModules(paths: readonly ModulePath[]): Promise<Pick<Registry, 'types' | 'modules'>> {
  const types = new Map<string, NodeType<RunContext>>();
  const modules = new Map<string, string>();
  const unique = new Map(paths.map(({ path, shownPath }) => [path, shownPath]));
  if (unique.size === 0) return { types, modules };
  const { loadNodeModule } = await import('../nodes/load-module.ts');
  for (const [path, shownPath] of unique) {
    for (const type of await loadNodeModule(path, shownPath)) {
      const other = modules.get(type.type);
      if (other !== undefined) throw duplicateTypeError(type.type, other, shownPath);
      types.set(type.type, type);
      modules.set(type.type, shownPath);
    }
  }
  return { types, modules };
}

function duplicateTypeError(type: string, one: string, other: string): PflowError {
  const where = one === other ? `${one} exports two types` : `${one} and ${other} both have a type`;
  return new PflowError('NODE_MODULE_INVALID', `${where} "${type}"`, {
    hint: 'Give one of them another name.',
  });
}
