// Rival: the `ndjson` package in a pipeline of streams, as its page shows it. `ndjson LOG` prints the sums of the log,
// `ndjson LOG RUN` the events of one run.
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ndjson from 'ndjson';
import { addEvent, emptySums, type SummedEvent } from './sums.ts';

const [, , log = '', run] = process.argv;
const sums = emptySums();

function take(event: SummedEvent & { readonly run: string }): void {
  if (run === undefined) addEvent(sums, event);
  else if (event.run === run) console.log(JSON.stringify(event));
}

await pipeline(
  createReadStream(log),
  ndjson.parse(),
  new Writable({
    objectMode: true,
    write(event: SummedEvent & { readonly run: string }, _encoding, done) {
      take(event);
      done();
    },
  }),
);
if (run === undefined) console.log(JSON.stringify(sums));
