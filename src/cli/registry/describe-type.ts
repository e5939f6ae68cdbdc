// Prints what a node type declares, for `pflow registry describe`.
import { PflowError } from '../../errors.ts';
import { loadRegistry, type Registry } from '../../home/node-types.ts';
import { workingFolder } from '../../home/paths.ts';
import { findNearestName } from '../../values/nearest.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RegistryFlags } from './list-types.ts';
import { toTypeDocument } from './type-document.ts';
import { formatType } from './type-text.ts';

const COLUMNS_WITHOUT_TERMINAL = 100;

/** Throws NODE_TYPE_UNKNOWN with the nearest name. */
export async function describeType(name: string, flags: RegistryFlags, terminal: Terminal): Promise<number> {
  const { nodes } = flags;
  const registry = await loadRegistry({ requested: [name], nodes, cwd: workingFolder(), env: process.env });
  const type = registry.types.get(name);
  if (type === undefined) throw deniedTypeError(name, registry) ?? unknownTypeError(name, registry);
  const document = toTypeDocument(type, registry.modules.get(name));
  if (flags.json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else
    terminal.out(
      formatType(document, terminal.outIsTerminal ? terminal.columns() : COLUMNS_WITHOUT_TERMINAL),
    );
  return 0;
}

function deniedTypeError(name: string, { denied }: Registry): PflowError | undefined {
  const pattern = denied.get(name);
  if (pattern === undefined) return undefined;
  return new PflowError('NODE_TYPE_UNKNOWN', `the settings deny the node type ${JSON.stringify(name)}`, {
    hint: `See "deny" in pflow settings show: ${JSON.stringify(pattern)}.`,
  });
}

function unknownTypeError(
  name: string,
  { typeNames: names, missing }: Pick<Registry, 'typeNames' | 'missing'>,
): PflowError {
  const reason = missing.get(name);
  if (reason !== undefined) {
    return new PflowError('NODE_TYPE_UNKNOWN', `there is no node type ${JSON.stringify(name)}: ${reason}`, {
      hint: 'pflow mcp tools lists the tools that are known.',
    });
  }
  const nearest = findNearestName(name, names);
  return new PflowError('NODE_TYPE_UNKNOWN', `there is no node type ${JSON.stringify(name)}`, {
    details: [`available: ${names.join(', ')}`],
    hint: nearest === undefined ? 'Add custom types with --nodes MODULE.' : `Did you mean ${nearest}?`,
  });
}
