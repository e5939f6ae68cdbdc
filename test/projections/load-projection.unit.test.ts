import { expect, test } from 'vitest';
import { LOADED_NAMES, loadProjection } from '../../projections/load-projection.ts';
import { createProjections, PROJECTION_NAMES } from '../../projections/projection-list.ts';
import { testPricing } from '../support/test-prices.ts';

test('the projections that are loaded one by one are those of the list', async () => {
  const pricing = testPricing();
  expect(LOADED_NAMES).toEqual(PROJECTION_NAMES);
  const loaded = await Promise.all(LOADED_NAMES.map((name) => loadProjection(name, { pricing })));
  const facts = createProjections({ pricing }).map(({ name, handles, scope }) => ({ name, handles, scope }));
  expect(loaded).toMatchObject(facts);
  expect(await loadProjection('constructor', { pricing })).toBeUndefined();
});
