// Shows one node: its error, attempts, calls, params, changes to the store, cost and events.
import type { ComponentChildren, VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import type { StoreChange } from '../../projections/store/patches.ts';
import type { TraceNode } from '../../projections/trace/schema.ts';
import { formatCount, groupDigits } from '../values/format-count.ts';
import { durationText } from './duration-text.ts';
import { moneyText } from './money-text.ts';
import { CallView } from './call-view.tsx';
import { Clipped } from './clipped.tsx';
import { CostLines } from './cost-lines.tsx';
import type { LogLine } from './log-lines.ts';
import { nodeDetail } from './node-detail.ts';
import type { RunModel } from './run-model.ts';
import type { SpanNode } from './span-tree.ts';
import { valueText } from './value-text.ts';
import { oneLine } from './verdict.ts';

interface NodePanelProps {
  readonly row: SpanNode;
  readonly model: RunModel;
  readonly lines: readonly LogLine[];
  readonly pricing: Pricing;
  readonly onClose: () => void;
}

export function NodePanel({ row, model, lines, pricing, onClose }: NodePanelProps): VNode {
  const detail = useMemo(() => nodeDetail(row, { lines, model, pricing }), [row, lines, model, pricing]);
  const { span } = row;
  const { trace, changes, costs } = detail;
  return (
    <aside class="node-panel" aria-label={`Node ${oneLine(row.name)}`}>
      <header>
        <h2>{oneLine(span?.node ?? row.name)}</h2>
        <button type="button" class="close" aria-label="Close (Escape)" onClick={onClose}>
          ✕
        </button>
        <p class="muted">{aboutText(row, trace)}</p>
      </header>
      {span === null ? <p>This node did not run: the run ended, or took another way, before it.</p> : null}
      {span?.error === undefined ? null : (
        <Section title="Error">
          <div class="error-text">
            <Clipped text={span.error} />
          </div>
        </Section>
      )}
      <Attempts row={row} />
      {detail.calls.map((call) => (
        <CallView key={call.call} call={call} />
      ))}
      <Params trace={trace} />
      <Changes changes={changes} />
      {costs.length === 0 ? null : (
        <Section title="Cost">
          <CostLines lines={costs} />
        </Section>
      )}
      <RawEvents lines={detail.lines} />
      {model.started?.level === 'metrics' ? (
        <p class="muted">This log has level metrics: it keeps no prompts, answers, params or values.</p>
      ) : null}
    </aside>
  );
}

function aboutText({ span, cost_usd, exact, kind }: SpanNode, trace: TraceNode | undefined): string {
  if (span === null) return 'did not run';
  const { status, start_ms, end_ms, visit, item } = span;
  return [
    oneLine(trace?.node_type ?? kind),
    status,
    end_ms === null ? '' : durationText(end_ms - start_ms),
    cost_usd === null ? '' : moneyText(cost_usd, exact),
    visit === undefined ? '' : `visit ${String(visit)}`,
    item === undefined ? '' : `item ${String(item)}`,
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

interface SectionProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

function Section({ title, children }: SectionProps): VNode {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Attempts({ row: { attempts } }: { readonly row: SpanNode }): VNode | null {
  if (attempts.length < 2) return null;
  return (
    <Section title="Attempts">
      <ol class="attempts">
        {attempts.map(({ id, status, error, wait_ms, start_ms, end_ms }) => (
          <li key={id}>
            <span class={`mark ${status}`}>{status}</span>
            {end_ms === null ? '' : ` after ${durationText(end_ms - start_ms)}`}
            {wait_ms === undefined ? '' : `, then waited ${durationText(wait_ms)}`}
            {error === undefined ? null : <div class="muted">{oneLine(error)}</div>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Params({ trace }: { readonly trace: TraceNode | undefined }): VNode | null {
  const entries = Object.entries(trace?.params ?? {});
  if (trace === undefined || entries.length === 0) return null;
  return (
    <Section title="Params">
      <dl class="values">
        {entries.map(([name, value]) => {
          const resolved = trace.template_resolutions.findLast(({ param }) => param === name);
          return (
            <div key={name}>
              <dt>{oneLine(name)}</dt>
              <dd>
                <Clipped text={valueText(value)} most={1_000} />
                {resolved === undefined ? null : (
                  <p class="muted">
                    from <code>{oneLine(valueText(resolved.template))}</code>
                  </p>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}

function Changes({ changes }: { readonly changes: readonly StoreChange[] }): VNode | null {
  if (changes.length === 0) return null;
  return (
    <Section title="Store">
      <dl class="values diff">
        {changes.map(({ key, child, before, after }, index) => (
          <div key={index}>
            <dt>{oneLine(child === null ? key : `${key}.${child}`)}</dt>
            <dd>
              {before === undefined ? null : (
                <div class="removed">
                  <span class="sign">before</span>
                  <Clipped text={valueText(before)} most={1_000} />
                </div>
              )}
              <div class="added">
                <span class="sign">
                  {after === undefined ? 'removed' : before === undefined ? 'new' : 'after'}
                </span>
                {after === undefined ? null : <Clipped text={valueText(after)} most={1_000} />}
              </div>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

const EVENTS_SHOWN = 20;

function RawEvents({ lines }: { readonly lines: readonly LogLine[] }): VNode | null {
  const [most, setMost] = useState(EVENTS_SHOWN);
  if (lines.length === 0) return null;
  return (
    <Section title={`Events (${groupDigits(lines.length)})`}>
      {lines.slice(0, most).map(({ event, text }) => (
        <details key={event.seq}>
          <summary>
            <span class="mono">
              {event.seq} {event.type}
            </span>{' '}
            <span class="muted">{durationText(event.ms)}</span>
          </summary>
          <Clipped text={prettyLine(text)} />
        </details>
      ))}
      {lines.length <= most ? null : (
        <button
          type="button"
          class="more"
          onClick={() => {
            setMost(most + 200);
          }}
        >
          Show more of {formatCount(lines.length, 'event')}
        </button>
      )}
    </Section>
  );
}

function prettyLine(text: string): string {
  return valueText(JSON.parse(text));
}
