// The lines of a run are those that it wrote, not those that mention it.
import { expect, test } from 'vitest';
import { linesOfRun } from '../../../src/log/read/log-content.ts';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

const first = new RunBuilder(runId(1)).started().ended('failed').events.map(encodeLine);
const second = new RunBuilder(runId(2))
  .started({ resumed_from: { run: runId(1), seq: 3 } })
  .ended('success')
  .events.map(encodeLine);

test('a run that continues another one is not part of it', () => {
  const log = Buffer.concat([...first, ...second]);
  expect(linesOfRun(log, runId(1), true).equals(Buffer.concat(first))).toBe(true);
  expect(linesOfRun(log, runId(2), true).equals(Buffer.concat(second))).toBe(true);
});

test('a line in another layout belongs to the run that it names', () => {
  const line = Buffer.from(`{ "run": "${runId(1)}", "type": "x.mine", "seq": 0 }\n`);
  expect(linesOfRun(Buffer.concat([line, ...second]), runId(1), true).equals(line)).toBe(true);
});
