// Lists the models of a published list by name. Letter case does not matter in a name.
import type { RawCard, RawModels } from '../book-schema.ts';

/** Leaves out names that occur twice with different prices: neither price is certain. */
export function modelsByName(all: readonly (readonly [name: string, cards: RawCard[]])[]): RawModels {
  const byName = new Map<string, RawCard[]>();
  const uncertain = new Set<string>();
  for (const [key, cards] of all) {
    const name = key.toLowerCase();
    const known = byName.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(cards)) uncertain.add(name);
    byName.set(name, cards);
  }
  return Object.fromEntries([...byName].filter(([name]) => !uncertain.has(name)));
}
