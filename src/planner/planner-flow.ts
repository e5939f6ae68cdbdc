// Connects the nine nodes of the planner. A saved workflow goes from WorkflowDiscovery straight to its parameters; a
// new one goes between generator and validator, up to three times.
import { Flow, type FlowOptions } from '../flow/flow.ts';
import type { Node } from '../flow/node.ts';
import { ComponentBrowsing } from './nodes/component-browsing.ts';
import { MetadataGeneration } from './nodes/metadata-generation.ts';
import { ParameterDiscovery } from './nodes/parameter-discovery.ts';
import { ParameterMapping } from './nodes/parameter-mapping.ts';
import { ParameterPreparation } from './nodes/parameter-preparation.ts';
import { Result } from './nodes/result.ts';
import { Validator } from './nodes/validator.ts';
import { WorkflowDiscovery } from './nodes/workflow-discovery.ts';
import { WorkflowGenerator } from './nodes/workflow-generator.ts';
import type { PlannerContext, PlanningTask } from './planning-task.ts';

export interface PlannerFlowOptions extends Pick<FlowOptions<PlannerContext>, 'onRecovered'> {
  /** Called once for each node, to add layers that the planner does not know. */
  readonly decorate?: (node: Node<PlannerContext>) => void;
}

export function createPlannerFlow(
  task: PlanningTask,
  { decorate, ...options }: PlannerFlowOptions = {},
): Flow<PlannerContext> {
  const discovery = new WorkflowDiscovery(task);
  const browsing = new ComponentBrowsing(task);
  const parameters = new ParameterDiscovery(task);
  const generator = new WorkflowGenerator(task);
  const mapping = new ParameterMapping(task);
  const validator = new Validator(task);
  const metadata = new MetadataGeneration(task);
  const preparation = new ParameterPreparation(task);
  const result = new Result(task);

  discovery.on('found_existing', mapping).on('not_found', browsing);
  browsing.on('generate', parameters);
  // Without its hints the generator finds the values in the sentence itself.
  parameters.on('default', generator).on('error', generator);
  generator.on('validate', mapping);
  mapping
    .on('params_complete_validate', validator)
    .on('params_complete', preparation)
    .on('params_incomplete', result);
  validator
    .on('retry', generator)
    .on('metadata_generation', metadata)
    .on('params_incomplete', result)
    .on('failed', result);
  // Without metadata the workflow is named after the sentence.
  metadata.on('default', preparation).on('error', preparation);
  preparation.on('default', result);

  const nodes = [
    discovery,
    browsing,
    parameters,
    generator,
    mapping,
    validator,
    metadata,
    preparation,
    result,
  ];
  for (const node of nodes) decorate?.(node);
  return new Flow(discovery, options);
}
