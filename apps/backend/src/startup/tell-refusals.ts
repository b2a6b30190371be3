import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { change } from '../ledger/change.ts';
import type { RefusedRow } from '../ledger/ledger.ts';

/** A refused row is told to the audit, after the backend's folder. */
export const tellRefusals = (deps: Pick<Dependencies, 'db' | 'ledger' | 'log'>): void =>
  deps.ledger.onRefusal((refused) => {
    void tell(deps, refused).catch((error: unknown) =>
      deps.log.error({ cause: describeError(error) }, 'a refused row was not told to the audit'),
    );
  });

const tell = (deps: Pick<Dependencies, 'db' | 'ledger'>, { kind, id, problem }: RefusedRow): Promise<void> =>
  change(deps, async (changes) => {
    changes.audit({
      actor: systemActor,
      action: 'row.refuse',
      subject: { type: kind, id },
      outcome: 'refused',
      details: { problem },
    });
  });
