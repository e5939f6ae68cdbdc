// Divides the spans of runs into requests. Receivers refuse large ones: a collector by default those above 20 MiB.
import type { CallWords, ExportedRun } from './exported-run.ts';
import { AS_OBJECT, resourceSpansOf, spanMaker, type AttributeForm, type OtlpOptions } from './otlp.ts';
import type { OtlpSpan } from './otlp-bodies.ts';
import type { OtlpProtocol } from './otlp-endpoint.ts';
import { AS_JSON, tracesText } from './otlp-text.ts';

/** About so many characters are sent at once. */
const MOST_WEIGHT = 4 * 1024 * 1024;

/** Characters of a span without content. */
const SPAN_WEIGHT = 1_000;

/** Yields the bodies of requests to /v1/traces. A span is in one of them, also if it is too large. */
export async function* tracesRequests(
  runs: readonly ExportedRun[],
  protocol: OtlpProtocol,
  options: OtlpOptions,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  if (protocol === 'json') {
    for (const groups of spanGroups(runs, AS_JSON)) yield tracesText(groups, options);
    return;
  }
  const { encodeTraces } = await import('./otlp-protobuf.ts');
  for (const groups of spanGroups(runs, AS_OBJECT))
    yield encodeTraces({ resourceSpans: groups.map((spans) => resourceSpansOf(spans, options)) });
}

/** Yields the spans of each request, by run. */
function* spanGroups<Form>(
  runs: readonly ExportedRun[],
  form: AttributeForm<Form>,
): Generator<readonly (readonly OtlpSpan<Form>[])[], void, undefined> {
  let groups: OtlpSpan<Form>[][] = [];
  let weight = 0;
  for (const run of runs) {
    const make = spanMaker(run, form);
    let group: OtlpSpan<Form>[] = [];
    groups.push(group);
    for (const span of run.timeline) {
      const more = weightOf(run.words.get(span.id));
      if (weight > 0 && weight + more > MOST_WEIGHT) {
        yield groups.filter((spans) => spans.length > 0);
        group = [];
        groups = [group];
        weight = 0;
      }
      group.push(make(span));
      weight += more;
    }
  }
  if (weight > 0) yield groups.filter((spans) => spans.length > 0);
}

/** Content is written twice: as a value and as messages. */
function weightOf(words: CallWords | undefined): number {
  return words === undefined ? SPAN_WEIGHT : SPAN_WEIGHT + 2 * JSON.stringify(words).length;
}
