// Rival: JSON.parse of every line and nothing else, no stream in between. `json-parse LOG` prints the sums of the log,
// `json-parse LOG RUN` the events of one run.
import { eachLine } from './lines.ts';
import { addEvent, emptySums, type SummedEvent } from './sums.ts';

const [, , log = '', run] = process.argv;

if (run === undefined) {
  const sums = emptySums();
  eachLine(log, (line) => {
    addEvent(sums, JSON.parse(line) as SummedEvent);
  });
  console.log(JSON.stringify(sums));
} else {
  eachLine(log, (line) => {
    const event = JSON.parse(line) as { readonly run: string };
    if (event.run === run) console.log(JSON.stringify(event));
  });
}
