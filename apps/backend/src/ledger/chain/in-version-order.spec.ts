import { expect, it } from 'vitest';
import type { Mark } from '../../rows/mark.ts';
import { inVersionOrder } from './in-version-order.ts';
import { eventOf, type LedgerEvent } from './ledger-event.ts';

const nothingChained = { chainedVersion: () => 0 };

const event = (mark: Pick<Mark, 'kind' | 'version' | 'steps'>): LedgerEvent =>
  eventOf(
    {
      actor: { type: 'system', id: 'test' },
      action: 'secret.update',
      subject: { type: 'test', id: 'one' },
      details: {},
    },
    { marks: [{ id: 'one', digest: null, ...mark }], after: { sequence: 0, epoch: 0 }, address: null, key: null },
  );

const order = (...events: LedgerEvent[]) =>
  inVersionOrder(nothingChained, events).map(({ marks: [mark] }) => `${mark?.kind} ${mark?.version}`);

it('an event waits for the ones before it', () => {
  const first = event({ kind: 'secret', version: 1 });
  const second = event({ kind: 'secret', version: 2 });
  expect(order(second, first)).toEqual(['secret 1', 'secret 2']);
  expect(order(second)).toEqual([]);
});

it('one that goes on by several versions does not wait for those in between', () => {
  const steps = event({ kind: 'poolLog', version: 3, steps: 3 });
  expect(order(steps, event({ kind: 'poolLog', version: 5, steps: 1 }))).toEqual(['poolLog 3']);
});

it("events of a pool's log from before steps were written do not wait for ever", () => {
  expect(order(event({ kind: 'poolLog', version: 2 }), event({ kind: 'poolLog', version: 4 }))).toHaveLength(2);
});
