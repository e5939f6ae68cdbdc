// Rival: pino, writing the same fields. With one write per event, with the buffer that its page advises for speed, and
// with a sync after each event.
import { once } from 'node:events';
import { pino } from 'pino';
import type { OpenWriter, Writer } from './writer.ts';
import { writtenEvent } from './written-event.ts';

const RUN = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';

export const openPino: OpenWriter = (path) => open({ dest: path, sync: true });

export const openPinoDurable: OpenWriter = (path) => open({ dest: path, sync: true, fsync: true });

export const openPinoBuffered: OpenWriter = (path) => open({ dest: path, sync: false, minLength: 4096 });

type Destination = ReturnType<typeof pino.destination>;

interface Options {
  readonly dest: string;
  readonly sync: boolean;
  readonly minLength?: number;
  readonly fsync?: boolean;
}

async function open(options: Options): Promise<Writer> {
  const destination = pino.destination(options);
  await once(destination, 'ready');
  const logger = pino({ base: { run: RUN } }, destination);
  return {
    append() {
      logger.info(writtenEvent);
    },
    flush: () => (options.sync ? undefined : emptied(destination)),
    close() {
      destination.end();
    },
  };
}

/** Avoids pino's `flush` with a callback. It would sync the file as well, which no other writer does here. */
async function emptied(destination: Destination): Promise<void> {
  let written = -1;
  destination.on('write', (bytes: number) => {
    written += bytes;
  });
  for (let before = -2; written > before;) {
    before = written;
    const drained = once(destination, 'drain');
    destination.flush();
    await drained;
  }
}
