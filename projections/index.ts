// The library entry `pflow/projections`: everything that reads a log and nothing that writes one.

// What a projection is, and how events are folded.
export type { Projection } from './contract.ts';
export { fold, project, projectRuns, startFold, startLive, step, type Fold } from './fold.ts';

// The projections by name.
export {
  createProjection,
  createProjections,
  PROJECTION_NAMES,
  type ProjectionOptions,
} from './projection-list.ts';

// What runs took and cost.
export { createMetrics, type MetricsOptions } from './metrics/projection.ts';
export { metricsSchema, type Metrics, type PhaseMetrics } from './metrics/schema.ts';
export { createCost, type CostOptions } from './cost/projection.ts';
export { costSchema, type Cost } from './cost/schema.ts';
export { createCostComparison, type CostComparisonOptions } from './cost-comparison/projection.ts';
export { costComparisonSchema, type CostComparison } from './cost-comparison/schema.ts';
export { createSpend, type SpendOptions } from './spend/projection.ts';
export { spendSchema, SPEND_GROUPS, type Spend, type SpendGroup } from './spend/schema.ts';
export { UTC, type TimeZone } from './tally/calendar.ts';

// What happened in a run.
export { createTrace, type TraceOptions } from './trace/projection.ts';
export { traceSchema, type Trace, type TraceCall, type TraceNode } from './trace/schema.ts';
export { createPlannerTrace, type PlannerTraceOptions } from './planner-trace/projection.ts';
export { plannerTraceSchema, type PlannerTrace } from './planner-trace/schema.ts';
export { createSteps, stepSchema, type Step, type StepsOptions } from './steps/projection.ts';
export { store, type StoreResult } from './store/projection.ts';
export { warnings, warningSchema, type Warning } from './warnings/projection.ts';
export { createSummary, type SummaryOptions } from './summary/projection.ts';
export { summarySchema, type Summary, type NodeSummary } from './summary/schema.ts';
export { answers, answerSchema, type RecordedAnswer } from './answers/projection.ts';
export { partners } from './partners/projection.ts';
export { partnersSchema, type Partners, type Unpaired } from './partners/schema.ts';

// Prices: books as data, and the value that projections with costs are made with.
export { parsePriceBook, trustedPriceBook } from './pricing/books/parse-price-book.ts';
export type { BookInfo, BookOrigin } from './pricing/books/book-info.ts';
export { createPricing, type Pricing, type PricingOptions } from './pricing/pricing.ts';
