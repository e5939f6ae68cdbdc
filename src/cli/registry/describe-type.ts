// Prints what a node type declares, for `pflow registry describe`.
import { loadRegistry } from '../../home/node-types.ts';
import { workingFolder } from '../../home/paths.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RegistryFlags } from './list-types.ts';
import { requireType } from './require-type.ts';
import { toTypeDocument } from './type-document.ts';
import { formatType } from './type-text.ts';

const COLUMNS_WITHOUT_TERMINAL = 100;

/** Throws NODE_TYPE_UNKNOWN with the nearest name. */
export async function describeType(name: string, flags: RegistryFlags, terminal: Terminal): Promise<number> {
  const { nodes } = flags;
  const registry = await loadRegistry({ requested: [name], nodes, cwd: workingFolder(), env: process.env });
  const type = requireType(name, registry);
  const document = toTypeDocument(type, registry.modules.get(name));
  if (flags.json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else
    terminal.out(
      formatType(document, terminal.outIsTerminal ? terminal.columns() : COLUMNS_WITHOUT_TERMINAL),
    );
  return 0;
}
