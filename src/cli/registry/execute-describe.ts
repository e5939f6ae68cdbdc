// `pflow registry describe`: prints the params, outputs and effects of a node type.
import { PflowError } from '../../errors.ts';
import { findNearestName } from '../../values/nearest.ts';
import type { RegistryFlags } from './command.ts';
import { loadRegistry } from '../../home/node-types.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { workingFolder } from '../../home/working-folder.ts';
import { formatType } from './describe-text.ts';
import { toTypeDocument } from './type-document.ts';

const WITHOUT_TERMINAL = 100;

/** Throws NODE_TYPE_UNKNOWN with the nearest name. */
export async function describeType(name: string, flags: RegistryFlags, terminal: Terminal): Promise<number> {
  const { nodes } = flags;
  const known = await loadRegistry({ requested: [name], nodes, cwd: workingFolder(), env: process.env });
  const type = known.types.get(name);
  if (type === undefined) throw unknownTypeError(name, known.typeNames);
  const document = toTypeDocument(type, known.modules.get(name));
  if (flags.json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else terminal.out(formatType(document, terminal.outIsTerminal ? terminal.columns() : WITHOUT_TERMINAL));
  return 0;
}

function unknownTypeError(name: string, names: readonly string[]): PflowError {
  const meant = findNearestName(name, names);
  return new PflowError('NODE_TYPE_UNKNOWN', `there is no node type ${JSON.stringify(name)}`, {
    details: [`available: ${names.join(', ')}`],
    hint: meant === undefined ? 'Add custom types with --nodes MODULE.' : `Did you mean ${meant}?`,
  });
}
