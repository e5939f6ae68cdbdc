// Counts the model calls of a run from 1, those of its planner included.

export interface CallCounter {
  next(): number;
}

export function createCallCounter(): CallCounter {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return last;
    },
  };
}
