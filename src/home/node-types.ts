// Loads node types: built-in ones, those of modules named with --nodes, and those of modules in the settings. A module of
// the settings is loaded only when a requested type is not built in.
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import type { NodeType } from '../flow/node-type.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../nodes/registry.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { homeFolder } from './paths.ts';
import { readSettings } from './settings.ts';

export interface Registry {
  readonly types: ReadonlyMap<string, NodeType<RunContext>>;
  /** Every name that there is, for suggestions; also of types that were not loaded. */
  readonly typeNames: readonly string[];
  /** Where a type is from that is not built in: the module as it was named. */
  readonly modules: ReadonlyMap<string, string>;
}

export interface RegistryRequest {
  /** Names of types; unknown names are not an error. Absent: all types. */
  readonly requested?: readonly string[];
  /** Paths of modules, from the command line. */
  readonly nodes: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface NamedModule {
  readonly path: string;
  readonly shown: string;
}

/** Throws FILE_NOT_FOUND or NODE_MODULE_INVALID. */
export async function loadRegistry({
  requested: requested,
  nodes,
  cwd,
  env,
}: RegistryRequest): Promise<Registry> {
  const builtIn = await loadNodeTypes(requested ?? NODE_TYPE_NAMES);
  const named = nodes.map((shown) => ({ path: resolve(cwd, shown), shown }));
  const foreign = requested === undefined || requested.some((name) => !NODE_TYPE_NAMES.includes(name));
  const own = await loadModules([...named, ...(foreign ? settingsModules(env) : [])]);
  return {
    types: new Map([...builtIn, ...own.types]),
    typeNames: [...NODE_TYPE_NAMES, ...own.types.keys()],
    modules: own.modules,
  };
}

function settingsModules(env: RegistryRequest['env']): NamedModule[] {
  const home = homeFolder(env);
  return (readSettings(env).nodes ?? []).map((path) => ({
    path: resolve(home, path),
    shown: resolve(home, path),
  }));
}

/** Loaded only where there is a module. */
async function loadModules(named: readonly NamedModule[]): Promise<Pick<Registry, 'types' | 'modules'>> {
  const types = new Map<string, NodeType<RunContext>>();
  const modules = new Map<string, string>();
  const once = new Map(named.map((one) => [one.path, one.shown]));
  if (once.size === 0) return { types, modules };
  const { loadNodeModule } = await import('../nodes/load-module.ts');
  for (const [path, shown] of once) {
    for (const type of await loadNodeModule(path, shown)) {
      const other = modules.get(type.type);
      if (other !== undefined) throw duplicateTypeError(type.type, other, shown);
      types.set(type.type, type);
      modules.set(type.type, shown);
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
