// Emits the events of a run, of its planner and of its workflow.
import { createHash } from 'node:crypto';
import type { Phase, EventPlace } from '../events/event.ts';
import { FORMAT, type EventData } from '../events/vocabulary.ts';
import type { PflowError } from '../errors.ts';
import type { EventLog } from '../log/write/event-log.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import { present } from '../values/present.ts';
import { toErrorData } from '../wrappers/to-error-data.ts';
import { withoutSecretDefaults, withoutSecrets } from './hidden-inputs.ts';
import { Interruption } from './interruption.ts';
import type { PlannedRequest, RunOrigin, RunOutcome, RunRequest, RunWarning } from './run-request.ts';

type Frame = Pick<RunRequest, 'host' | 'version'>;
type Started = EventData<'run.started'>;
export type StartedChild = Pick<RunRequest, 'workflow' | 'name' | 'ir' | 'inputs'>;

export class RunEvents {
  private readonly log: EventLog;
  private readonly frame: Frame;
  /** Monotonic milliseconds at the first event of the run, and of the current phase. */
  private start = 0;
  private phaseStart = 0;
  /** SHA-256 of the workflow, of a run that began with one. */
  private hash: string | undefined;
  private readonly childHashes = new WeakMap<RunRequest['ir'], string>();
  /** Hashes of nested workflows that the log holds already. */
  private readonly recordedChildren = new Set<string>();

  constructor(log: EventLog, frame: Frame) {
    this.log = log;
    this.frame = frame;
  }

  runStarted({ workflow, name, source, ir, inputs, origin, resumed }: RunRequest): void {
    const content =
      this.log.level === 'trace'
        ? {
            inputs: withoutSecrets(inputs),
            input_origins: { ...inputs.origins },
            ir: withoutSecretDefaults(ir, inputs.secrets),
          }
        : {};
    const nodes = workflow.nodes.length;
    const hash = hashOf(ir);
    this.hash = hash;
    const from = resumed?.from === undefined ? {} : { resumed_from: resumed.from };
    this.appendRunStarted({ workflow: { name, hash }, source, nodes, ...from, ...content }, origin);
  }

  /** Leaves out values that were given by name: the plan decides which are secret. */
  planningStarted({ task, origin }: PlannedRequest): void {
    const content = this.log.level === 'trace' ? { request: task.request } : {};
    this.appendRunStarted({ workflow: null, source: 'planner', ...content }, origin);
    this.log.append({ type: 'planner.started', phase: 'planner', data: {} });
  }

  plannerCompleted(status: EventData<'planner.completed'>['status'], error?: PflowError): void {
    const data = { status, duration_ms: this.since(this.phaseStart), ...errorMember(error) };
    this.log.append({ type: 'planner.completed', phase: 'planner', data });
  }

  workflowStarted(
    { workflow, name, ir, source, inputs }: RunRequest,
    initialStore: EventData<'store.changed'>,
  ): void {
    const { log } = this;
    const isPlanned = source === 'planner';
    if (isPlanned) this.phaseStart = this.frame.host.monotonic();
    const nodes = workflow.nodes.map((node) => node.id);
    const content =
      isPlanned && log.level === 'trace' ? { ir: withoutSecretDefaults(ir, inputs.secrets) } : {};
    const data = { name, hash: this.hash ?? hashOf(ir), nodes, ...content };
    log.append({ type: 'workflow.started', phase: 'workflow', data });
    if (log.level !== 'trace') return;
    log.append({ type: 'store.changed', phase: 'workflow', data: initialStore });
  }

  /** Begins a nested workflow. The workflow itself is recorded once in a run, and its hash each time. */
  nestedStarted(place: EventPlace, { workflow, name, ir, inputs }: StartedChild): void {
    const hash = this.nestedHashOf(ir);
    const isNew = !this.recordedChildren.has(hash);
    this.recordedChildren.add(hash);
    const content =
      isNew && this.log.level === 'trace' ? { ir: withoutSecretDefaults(ir, inputs.secrets) } : {};
    const nodes = workflow.nodes.map((node) => node.id);
    this.log.append({ type: 'workflow.started', ...place, data: { name, hash, nodes, ...content } });
  }

  nestedCompleted(place: EventPlace, status: 'success' | 'failed', start: number): void {
    const data = { status, duration_ms: this.since(start) };
    this.log.append({ type: 'workflow.completed', ...place, data });
  }

  nodeRecovered(phase: Phase, node: string, message: string): void {
    const text = `node "${node}" failed and its error edge was taken: ${message}`;
    this.warn('NODE_RECOVERED', text, { phase, node });
  }

  warned({ code, message, node_id }: RunWarning, phase: Phase = 'workflow'): void {
    this.warn(code, message, { phase, ...present({ node: node_id }) });
  }

  workflowCompleted(status: RunOutcome['status']): void {
    this.log.append({
      type: 'workflow.completed',
      phase: 'workflow',
      data: {
        status: status === 'success' ? 'success' : 'failed',
        duration_ms: this.since(this.phaseStart),
      },
    });
  }

  runCompleted({ status, error, output }: RunOutcome): void {
    const { log } = this;
    for (const warning of output?.warnings ?? []) this.warn(warning.code, warning.message);
    if (log.level === 'trace') {
      for (const [name, value] of Object.entries(output?.produced ?? {})) {
        log.append({ type: 'output.produced', data: { name, value } });
      }
    }
    log.append({
      type: 'run.completed',
      data: {
        status,
        duration_ms: this.since(this.start),
        events: log.state.lastSeq + 1,
        ...errorMember(error),
        ...(error instanceof Interruption ? { signal: error.signal } : {}),
      },
    });
  }

  private appendRunStarted(
    facts: Omit<Started, 'format' | 'pflow' | 'node_version' | 'level' | 'checksum'>,
    origin: RunOrigin = {},
  ): void {
    const { log, frame } = this;
    const { workflowPath, cwd, argv, model, tags = {} } = origin;
    this.start = frame.host.monotonic();
    this.phaseStart = this.start;
    log.append({
      type: 'run.started',
      data: {
        format: FORMAT,
        pflow: frame.version,
        node_version: process.versions.node,
        level: log.level,
        checksum: 'crc32',
        ...frame.host.writer?.(),
        ...(Object.keys(tags).length === 0 ? {} : { tags: { ...tags } }),
        ...(log.level === 'trace'
          ? present({ workflow_path: workflowPath, cwd, argv: argv && [...argv], model })
          : {}),
        ...facts,
      },
    });
  }

  private warn(code: string, message: string, place: EventPlace = {}): void {
    this.log.append({ type: 'warning.raised', ...place, data: { code, message } });
  }

  private nestedHashOf(ir: RunRequest['ir']): string {
    let hash = this.childHashes.get(ir);
    if (hash === undefined) {
      hash = hashOf(ir);
      this.childHashes.set(ir, hash);
    }
    return hash;
  }

  /** Milliseconds, to the microsecond that the clock resolves. */
  private since(start: number): number {
    return Math.max(0, Math.round((this.frame.host.monotonic() - start) * 1000) / 1000);
  }
}

/** SHA-256 of the canonical workflow. */
export function hashOf(ir: RunRequest['ir']): string {
  return createHash('sha256').update(canonicalJson(ir)).digest('hex');
}

function errorMember(error: PflowError | undefined): { error?: ReturnType<typeof toErrorData> } {
  return error === undefined ? {} : { error: { ...toErrorData(error), ...present({ hint: error.hint }) } };
}
