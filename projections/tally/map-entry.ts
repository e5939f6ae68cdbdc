// Adds entries to the maps of a state, which may be a draft.

/** Returns the value of a key. Adds a new one where the key is absent. */
export function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = create();
  map.set(key, made);
  // Read again: if the state is a draft, only what it returns may be changed.
  return map.get(key) ?? made;
}
