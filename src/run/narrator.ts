// Says the frame of a run: that it began, what its workflow did, and how it ended.
import { createHash } from 'node:crypto';
import type { StorePatch } from '../events/content-events.ts';
import { FORMAT } from '../events/vocabulary.ts';
import type { EventLog } from '../log/event-log.ts';
import { canonicalJson } from '../workflow/canonical.ts';
import { errorData } from '../wrappers/error-data.ts';
import { Interruption } from './interruption.ts';
import type { RunOutcome, RunRequest } from './run-request.ts';

export class Narrator {
  private readonly log: EventLog;
  private readonly request: RunRequest;
  /** Monotonic milliseconds at the first event. */
  private start = 0;

  constructor(log: EventLog, request: RunRequest) {
    this.log = log;
    this.request = request;
  }

  started(initialStore: readonly StorePatch[]): void {
    const { log, request } = this;
    const { workflow, name, source } = request;
    const trace = log.level === 'trace';
    const hash = createHash('sha256').update(canonicalJson(request.ir)).digest('hex');
    this.start = request.host.monotonic();
    log.append({
      type: 'run.started',
      data: {
        format: FORMAT,
        pflow: request.version,
        node_version: process.versions.node,
        level: log.level,
        checksum: 'crc32',
        workflow: { name, hash },
        source,
        nodes: workflow.nodes.length,
        ...(trace ? { inputs: { ...request.inputs }, ir: { ...request.ir } } : {}),
      },
    });
    const nodes = workflow.nodes.map((node) => node.id);
    log.append({ type: 'workflow.started', phase: 'workflow', data: { name, hash, nodes } });
    if (trace) log.append({ type: 'store.changed', phase: 'workflow', data: { patches: [...initialStore] } });
  }

  recovered(node: string, message: string): void {
    this.warn('NODE_RECOVERED', `node "${node}" failed and its error edge was taken: ${message}`, node);
  }

  workflowCompleted(status: RunOutcome['status']): void {
    this.log.append({
      type: 'workflow.completed',
      phase: 'workflow',
      data: { status: status === 'success' ? 'success' : 'failed', duration_ms: this.elapsed() },
    });
  }

  completed({ status, error, output }: RunOutcome): void {
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
        duration_ms: this.elapsed(),
        events: log.state.lastSeq + 1,
        ...(error === undefined ? {} : { error: errorData(error) }),
        ...(error instanceof Interruption ? { signal: error.signal } : {}),
      },
    });
  }

  private warn(code: string, message: string, node?: string): void {
    const place = node === undefined ? {} : { phase: 'workflow' as const, node };
    this.log.append({ type: 'warning.raised', ...place, data: { code, message } });
  }

  /** To the microsecond: what the clock can tell. */
  private elapsed(): number {
    return Math.max(0, Math.round((this.request.host.monotonic() - this.start) * 1000) / 1000);
  }
}
