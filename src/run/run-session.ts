// Runs a workflow or a sentence with its log, under limits of cost and time.
import type { Level } from '../events/vocabulary.ts';
import { LONGEST_TIMER_MS } from '../flow/deadline.ts';
import { configuredLogFolder } from '../home/log-folder.ts';
import type { Redactor } from '../log/secrets/redaction.ts';
import type { LogDisk } from '../log/write/log-disk.ts';
import { systemLogHost, type LogHost } from '../log/write/log-host.ts';
import { present } from '../values/present.ts';
import { VERSION } from '../version.ts';
import { runTimeoutError } from './interruption.ts';
import type { ApprovalDecision, ApprovalRequest } from '../wrappers/approval.ts';
import type { RedactText } from './redact-outcome.ts';
import type { CostLimit } from './cost-limit.ts';
import type { AnswerOptions } from './model-client.ts';
import type { PriceOptions, RunLog } from './run-log.ts';
import type { NestedLimit, PlannedRequest, RunOutcome, RunRequest } from './run-request.ts';
import { runWorkflow } from './run-workflow.ts';

export interface RunSessionOptions extends AnswerOptions, PriceOptions {
  /** Path of the log. A folder gets a file for each run. By default in the configured folder. */
  readonly log?: string;
  readonly logLevel?: Level;
  /** Stops at the next node once the log cannot be written. */
  readonly logRequired?: boolean;
  /** Syncs the log to the disk after every answer and every node. */
  readonly durable?: boolean;
  /** The level of events that observers need without a log file. Absent when there are no observers. */
  readonly observedLevel?: Level;
  /** Others than the user may read the events: at level `metrics` they hold no messages then. */
  readonly eventsArePrinted?: boolean;
  /** US dollars. */
  readonly maxCost?: string | number;
  /** `allow`: a limit of cost ignores calls whose cost has no known bound. */
  readonly unmetered?: 'stop' | 'allow';
  /** A limit of cost may be added while the run goes on. */
  readonly mayLimitCost?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  /** Paths of nodes that are approved, or denied, before the run. */
  readonly approve?: readonly string[];
  readonly deny?: readonly string[];
  /** Prompts a person about a node. Absent: it waits, and the run pauses. */
  readonly promptApproval?: (request: ApprovalRequest, redact: RedactText) => Promise<boolean>;
  /** Redacts a run without a log. By default the secrets come from its workflow and inputs. */
  readonly redactor?: Redactor;
  readonly env: RunRequest['env'];
  /** Clocks and random bytes; by default those of this process. */
  readonly host?: LogHost;
  /** Where the log file is; by default the file system. */
  readonly disk?: LogDisk;
}

/** What the session adds to each request. */
type SessionPart =
  | 'signal'
  | 'endsAt'
  | 'log'
  | 'logRequired'
  | 'beforeCall'
  | 'limitNested'
  | 'approvals'
  | 'host'
  | 'version';

export type SessionRequest = Omit<RunRequest, SessionPart> | Omit<PlannedRequest, SessionPart>;

/** Throws PRICES_INVALID, LOG_EXISTS or LOG_UNWRITABLE; nothing has run then. */
export async function openRunSession(options: RunSessionOptions): Promise<RunSession> {
  const { maxCost } = options;
  const session = new RunSession(options, await openLogIfNeeded(options));
  if (maxCost !== undefined) await session.limitCost(maxCost);
  return session;
}

/** Loads no code of the log unless something needs the events. */
async function openLogIfNeeded(options: RunSessionOptions): Promise<RunLog | undefined> {
  const { observedLevel, maxCost, mayLimitCost = false, logLevel = 'trace' } = options;
  const path = logPath(options);
  const isNeeded = path !== undefined || observedLevel !== undefined || maxCost !== undefined || mayLimitCost;
  if (!isNeeded) {
    // Nothing is priced, but a file that the user named is right or reported.
    if (options.pricing !== undefined) await checkPrices(options.pricing);
    return undefined;
  }
  const level = path === undefined ? (observedLevel ?? 'metrics') : logLevel;
  const { openRunLog } = await import('./run-log.ts');
  return openRunLog({ ...options, level, ...present({ path }) });
}

/** Throws FILE_NOT_FOUND, FILE_UNREADABLE or PRICES_INVALID. */
async function checkPrices(file: string): Promise<void> {
  const { readPriceBooks } = await import('../home/prices/pricing.ts');
  readPriceBooks([file]);
}

/** A folder that is configured gets a file for every run. */
function logPath({ log, env }: RunSessionOptions): string | undefined {
  if (log !== undefined) return log;
  const folder = configuredLogFolder(env);
  if (folder === undefined) return undefined;
  return folder.endsWith('/') ? folder : `${folder}/`;
}

export class RunSession {
  /** Aborts the run; the reason becomes its error. */
  readonly controller = new AbortController();
  /** Absent when nothing needs the events of the run. */
  readonly opened: RunLog | undefined;
  private readonly options: RunSessionOptions;
  /** Ends with the prompt that is shown, or was shown last. */
  private lastPrompt: Promise<unknown> = Promise.resolve();
  private readonly guards: NonNullable<RunRequest['beforeCall']>[] = [];

  constructor(options: RunSessionOptions, opened: RunLog | undefined) {
    this.options = options;
    this.opened = opened;
  }

  /** Stops the run before the next model call once it has spent `usd` US dollars. Several limits hold together. */
  async limitCost(usd: string | number): Promise<void> {
    const { opened, controller, guards } = this;
    if (opened === undefined) return;
    guards.push(await this.createGuard({ usd, controller }, opened));
  }

  private async createGuard(
    limit: Pick<CostLimit, 'usd' | 'controller'> & Partial<Pick<CostLimit, 'log'>>,
    opened: RunLog,
  ): Promise<NonNullable<RunRequest['beforeCall']>> {
    const { answers, onMiss = 'error', unknownModel, unmetered } = this.options;
    // Recorded answers cost nothing, so they need no price.
    const allowUnpriced = (answers !== undefined && onMiss === 'error') || unknownModel === 'fallback';
    const { limitCost } = await import('./cost-limit.ts');
    return limitCost({ ...opened, allowUnpriced, allowUnmetered: unmetered === 'allow', ...limit });
  }

  /** Runs a workflow, or plans a sentence first. Never throws for a failed node. */
  async run(request: SessionRequest): Promise<RunOutcome> {
    const timer = this.startTimer();
    try {
      if (!('task' in request)) return await runWorkflow({ ...request, ...this.sessionPart() });
      const { runPlanned } = await import('./run-planned.ts');
      return await runPlanned({ ...request, ...this.sessionPart() });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the log. Returns the outcome without secrets in its error and its warnings. */
  async finish(outcome: RunOutcome): Promise<RunOutcome> {
    const { opened, options } = this;
    opened?.log.close();
    const { error, recovered, warnings = [] } = outcome;
    if (error === undefined && recovered.length === 0 && warnings.length === 0) return outcome;
    const { createRunRedactor, redactOutcome } = await import('./redact-outcome.ts');
    if (opened !== undefined) return redactOutcome(outcome, (text) => opened.log.redact(text));
    const { executed, nestedSecrets } = outcome;
    const redactor = createRunRedactor(options.env, { executed, nestedSecrets }, options.redactor);
    return redactOutcome(outcome, (text) => redactor.redact(text));
  }

  private async decide(request: ApprovalRequest): Promise<ApprovalDecision> {
    const { approve = [], deny = [], promptApproval, env } = this.options;
    if (deny.includes(request.node)) return 'denied';
    if (approve.includes(request.node)) return 'approved';
    if (promptApproval === undefined) return 'waiting';
    const { log } = this.opened ?? {};
    const { createRunRedactor } = await import('./redact-outcome.ts');
    const redactor = log ?? this.options.redactor ?? createRunRedactor(env);
    const isApproved = await this.promptInTurn(() =>
      promptApproval(request, (text) => redactor.redact(text)),
    );
    return isApproved ? 'approved' : 'denied';
  }

  /** Shows one prompt at a time: an answer on the terminal decides about one node. */
  private promptInTurn(prompt: () => Promise<boolean>): Promise<boolean> {
    const turn = this.lastPrompt.then(() => {
      this.controller.signal.throwIfAborted();
      return prompt();
    });
    this.lastPrompt = turn.catch(() => undefined);
    return turn;
  }

  private startTimer(): NodeJS.Timeout | undefined {
    const { timeout } = this.options;
    if (timeout === undefined) return undefined;
    return setTimeout(
      () => {
        this.controller.abort(runTimeoutError(timeout));
      },
      Math.min(timeout * 1000, LONGEST_TIMER_MS),
    );
  }

  private sessionPart(): Pick<RunRequest, SessionPart> {
    const { opened, guards, options, controller } = this;
    const { timeout } = options;
    return {
      signal: controller.signal,
      ...(timeout === undefined ? {} : { endsAt: performance.now() + timeout * 1000 }),
      host: options.host ?? systemLogHost,
      version: VERSION,
      approvals: {
        decide: (request) => this.decide(request),
        stop: (error) => {
          controller.abort(error);
        },
        log: opened?.log.state.path,
      },
      beforeCall: async (request, signal) => {
        for (const guard of guards) await guard(request, signal);
      },
      ...(opened === undefined
        ? {}
        : {
            log: opened.log,
            logRequired: options.logRequired === true,
            limitNested: (limit: NestedLimit) => this.createGuard(limit, opened),
          }),
    };
  }
}
