// Makes a larger log out of one: every run stands in it several times, each time under an id of its own, encoded by the
// code that encodes lines. (The same bytes twice would be a log with doubled runs, which is damage.)
import type { LogEvent } from '../../src/events/event.ts';
import { LineEncoder } from '../../src/log/write/line-encoder.ts';
import { GatheringDisk } from './gathering-disk.ts';
import type { GeneratedLog } from './generate.ts';
import { eachLine } from './rivals/lines.ts';

type EventWithChecksum = LogEvent & { readonly crc: string };

/** Writes the events of `source` `times` times to `path`. */
export function multiplyLog(source: GeneratedLog, path: string, times: number): GeneratedLog {
  const disk = new GatheringDisk(path);
  const encoder = new LineEncoder();
  for (let copy = 0; copy < times; copy += 1) {
    eachLine(source.path, (line) => {
      const { crc: _crc, ...event } = JSON.parse(line) as EventWithChecksum;
      encoder.encode({ ...event, run: idOfCopy(event.run, copy) });
      disk.write(disk.create(), encoder.bytes, 0, encoder.length);
    });
  }
  disk.end();
  return { path, events: source.events * times, bytes: disk.bytes, run: idOfCopy(source.run, times >> 1) };
}

/** Replaces the last two digits of an id, which are random, by the copy's number. */
function idOfCopy(run: string, copy: number): string {
  return `${run.slice(0, -2)}${copy.toString(16).padStart(2, '0')}`;
}
