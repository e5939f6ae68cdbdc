// Compares a recorded usage with the provider's own numbers beside it. What an older version did not read is a doubt.
import { NO_DOUBTS, type Doubt } from '../events/doubts.ts';
import type { Usage } from '../events/usage.ts';
import { USAGE_COUNTS } from '../events/usage-counts.ts';
import { isOrdinary } from './quick-check.ts';
import { readReport } from './read-report.ts';

export interface RecordedUsage {
  readonly provider: string;
  /** The model that answered, or else the requested one. */
  readonly model: string;
  readonly usage: Usage;
  readonly raw: unknown;
  /** What the provider bills, as it is recorded. */
  readonly bill?: number | undefined;
  /** As it is recorded beside the usage. */
  readonly service_tier?: string | undefined;
}

export function checkRecorded(call: RecordedUsage): readonly Doubt[] {
  const { provider, model, usage, raw, bill } = call;
  if (isOrdinary(provider, { usage, bill }, raw)) return NO_DOUBTS;
  const report = readReport(provider, model, raw);
  const others = [
    differingField(usage, report.usage),
    differingBill(bill, report.bill_usd),
    missingTier(call, report.usage.tier),
  ];
  const doubts = others.flatMap((other): Doubt[] =>
    other === undefined
      ? []
      : [{ code: 'USAGE_UNREAD', reason: `${other} is recorded with another value than the one reported` }],
  );
  return doubts.length === 0 ? report.doubts : [...report.doubts, ...doubts];
}

/** A recorded bill may also be from a header, which is not in the usage. */
function differingBill(recorded: number | undefined, read: number | undefined): string | undefined {
  return read === undefined || recorded === read ? undefined : 'the bill';
}

/** A tier is recorded beside the usage, and by newer versions in it, too. */
function missingTier({ usage, service_tier }: RecordedUsage, read: string | undefined): string | undefined {
  const isMissing = read !== undefined && usage.tier === undefined && service_tier === undefined;
  return isMissing ? 'the service tier' : undefined;
}

/** The total may be left out, or be that of the parts. */
function differingField(recorded: Usage, read: Usage): string | undefined {
  if (read.input_tokens === undefined) return undefined;
  const count = USAGE_COUNTS.find(
    ({ field }) => field !== 'total_tokens' && (recorded[field] ?? 0) !== (read[field] ?? 0),
  );
  return count?.field ?? missingRequest(recorded, read) ?? differingPlace(recorded, read);
}

/** Recorded requests may also be items of the answer, which are not in the usage. */
function missingRequest({ requests: recorded = {} }: Usage, { requests = {} }: Usage): string | undefined {
  return Object.keys(requests).find((name) => (recorded[name] ?? 0) < (requests[name] ?? 0));
}

function differingPlace(recorded: Usage, read: Usage): string | undefined {
  if (recorded.speed !== read.speed) return 'speed';
  return recorded.geo === read.geo ? undefined : 'inference_geo';
}
