import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PartQueue } from '../../src/replay/part-queue.ts';

it('every part is taken exactly once, in any order of threads', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.infiniteStream(fc.nat()),
      (parts, threads, choices) => {
        const { stretches } = PartQueue.share(parts, threads);
        const queues = Array.from({ length: threads }, () => new PartQueue(stretches));
        const taken: number[] = [];
        const busy = new Set(queues.keys());
        while (busy.size > 0) {
          const thread = [...busy][Number(choices.next().value) % busy.size] ?? 0;
          const part = queues[thread]?.next(thread) ?? queues[thread]?.steal();
          if (part === undefined) busy.delete(thread);
          else taken.push(part);
        }
        expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: parts }, (_, index) => index));
      },
    ),
  );
});

it('a thread takes the parts of its own stretch from front to back', () => {
  const queue = PartQueue.share(10, 2);
  expect([queue.next(1), queue.next(1), queue.next(0), queue.steal(), queue.next(1)]).toEqual([
    5, 6, 0, 4, 7,
  ]);
});

it('no part can be taken from a closed queue', () => {
  const queue = PartQueue.share(10, 2);
  queue.close();
  expect([queue.next(0), queue.next(1), queue.steal()]).toEqual([undefined, undefined, undefined]);
});
