// A program that appends events and is then killed, as by `kill -9`: `killed WRITER FILE EVENTS`. What the file holds
// afterwards is what a crash leaves.
import { setImmediate } from 'node:timers/promises';
import { WRITERS, isWriterName } from './writers.ts';

const [, , name = '', path = '', events = '0'] = process.argv;
if (!isWriterName(name)) throw new Error(`there is no writer "${name}"`);

const writer = await WRITERS[name](path);
for (let count = 0; count < Number(events); count += 1) {
  writer.append();
  // A model answers now and then, not in one go.
  await setImmediate();
}
process.kill(process.pid, 'SIGKILL');
