// Names and describes a new workflow, so that it can be found again.
import type * as z from 'zod';
import type { Action } from '../../flow/context.ts';
import { metadataAnswer } from '../answer-schemas.ts';
import { callModel } from '../call-model.ts';
import { asData } from '../as-data.ts';
import { PlannerNode } from '../planner-node.ts';
import { planName } from '../plan-name.ts';
import type { PlannerContext, PlanningTask } from '../planning-task.ts';
import type { Metadata, PlanningStore } from '../planning-store.ts';
import type { Ir } from '../../workflow/ir.ts';

type Answer = z.output<typeof metadataAnswer>;

const LONGEST_DESCRIPTION = 500;
const MOST_KEYWORDS = 20;
const LONGEST_KEYWORD = 40;

export class MetadataGeneration extends PlannerNode<Ir, Answer> {
  constructor(task: PlanningTask) {
    super('metadata-generation', 'MetadataGeneration', task);
  }

  override prep({ draft = {} }: PlanningStore): Ir {
    return draft;
  }

  override exec(ir: Ir, context: PlannerContext): Promise<Answer> {
    const { model, request } = this.task;
    const values = { workflow: asData(ir), request: asData(request) };
    return callModel({ model, prompt: 'metadata-generation', values, answer: metadataAnswer }, context);
  }

  override post(store: PlanningStore, _ir: Ir, { name, description, keywords }: Answer): Action {
    const about = description.trim().slice(0, LONGEST_DESCRIPTION);
    const words = keywords.map((word) => word.trim().slice(0, LONGEST_KEYWORD)).filter((word) => word !== '');
    const metadata: Metadata = {
      name: planName(name) ?? planName(this.task.request) ?? 'planned-workflow',
      keywords: [...new Set(words)].slice(0, MOST_KEYWORDS),
      ...(about === '' ? {} : { description: about }),
    };
    store.metadata = metadata;
    return 'default';
  }
}
