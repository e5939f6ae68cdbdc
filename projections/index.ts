// The library entry `pflow/projections`: folds the events of a log into results. Does not write logs.

// The contract of a projection, and the runners
export type { Projection } from './contract.ts';
export { fold, project, projectRuns, startFold, startLive, step, type Fold } from './fold.ts';

// Projections by name
export {
  createProjection,
  createProjections,
  PROJECTION_NAMES,
  type ProjectionOptions,
} from './projection-list.ts';

// Time and cost of runs
export { createMetrics, type MetricsOptions } from './metrics/projection.ts';
export { metricsSchema, type Metrics, type PhaseMetrics } from './metrics/schema.ts';
export { createCost, type CostOptions } from './cost/projection.ts';
export { costSchema, type Cost } from './cost/schema.ts';
export { createCostComparison, type CostComparisonOptions } from './cost-comparison/projection.ts';
export { costComparisonSchema, type CostComparison } from './cost-comparison/schema.ts';
export { createSpend, type SpendOptions } from './spend/projection.ts';
export { spendSchema, SPEND_GROUPS, type Spend, type SpendGroup } from './spend/schema.ts';
export { UTC, type TimeZone } from './tally/calendar.ts';

// The course of a run
export type { TraceOptions } from './trace/document.ts';
export { createTrace } from './trace/projection.ts';
export { traceSchema, type Trace, type TraceCall, type TraceNode } from './trace/schema.ts';
export type { PlannerTraceOptions } from './planner-trace/document.ts';
export { createPlannerTrace } from './planner-trace/projection.ts';
export { plannerTraceSchema, type PlannerTrace } from './planner-trace/schema.ts';
export { createSteps, type StepsOptions } from './steps/projection.ts';
export { stepSchema, type Step } from './steps/schema.ts';
export { createTimeline, type TimelineOptions } from './timeline/projection.ts';
export { timelineSpanSchema, type TimelineSpan } from './timeline/schema.ts';
export { failure } from './failure/projection.ts';
export { failureSchema, type Failure } from './failure/schema.ts';
export { createRuns, type RunsOptions } from './runs/projection.ts';
export { runRowSchema, type RunRow } from './runs/schema.ts';
export { store } from './store/projection.ts';
export type { StoreResult } from './store/schema.ts';
export { warnings } from './warnings/projection.ts';
export { warningSchema, type Warning } from './warnings/schema.ts';
export { createSummary, type SummaryOptions } from './summary/projection.ts';
export { summarySchema, type Summary, type NodeSummary } from './summary/schema.ts';
export { answers } from './answers/projection.ts';
export { answerSchema, type RecordedAnswer } from './answers/schema.ts';
export { partners } from './partners/projection.ts';
export { partnersSchema, type Partners, type Unpaired } from './partners/schema.ts';

// Prices: books as data, and the pricing that projections with costs require
export { parsePriceBook, trustedPriceBook } from './pricing/books/parse-price-book.ts';
export type { BookInfo, BookOrigin } from './pricing/books/book-info.ts';
export { createPricing, type Pricing, type PricingOptions } from './pricing/create-pricing.ts';
