// Counts the model calls of a run from 1, those of its planner included.

export interface CallCounter {
  next(): number;
}

/** `before`: the number of the last call of a run that goes on. */
export function createCallCounter(before = 0): CallCounter {
  let last = before;
  return {
    next: () => {
      last += 1;
      return last;
    },
  };
}
