// `pflow registry describe`: everything that a node type says of itself.
import { PflowError } from '../../errors.ts';
import { nearestName } from '../../values/nearest.ts';
import type { RegistryFlags } from './command.ts';
import { loadRegistry } from '../../home/node-types.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { workingFolder } from '../../home/working-folder.ts';
import { describeText } from './describe-text.ts';
import { typeDocument } from './type-document.ts';

const WITHOUT_TERMINAL = 100;

/** Throws NODE_TYPE_UNKNOWN with the nearest name. */
export async function executeDescribe(
  name: string,
  flags: RegistryFlags,
  terminal: Terminal,
): Promise<number> {
  const { nodes } = flags;
  const known = await loadRegistry({ wanted: [name], nodes, cwd: workingFolder(), env: process.env });
  const type = known.types.get(name);
  if (type === undefined) throw unknown(name, known.typeNames);
  const document = typeDocument(type, known.modules.get(name));
  if (flags.json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else terminal.out(describeText(document, terminal.outIsTerminal ? terminal.columns() : WITHOUT_TERMINAL));
  return 0;
}

function unknown(name: string, names: readonly string[]): PflowError {
  const meant = nearestName(name, names);
  return new PflowError('NODE_TYPE_UNKNOWN', `there is no node type ${JSON.stringify(name)}`, {
    details: [`there is: ${names.join(', ')}`],
    hint: meant === undefined ? 'Types of your own come with --nodes MODULE.' : `Did you mean ${meant}?`,
  });
}
