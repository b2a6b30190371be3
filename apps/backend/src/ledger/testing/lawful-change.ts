import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { RowKind, Rows } from '../../rows/row-kinds.ts';
import { change } from '../change.ts';

/** Changes a row as a backend of this store does, for a state that no use case leaves. */
export const lawfulChange = <Kind extends RowKind>(
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  kind: Kind,
  id: string,
  patch: Partial<Rows[Kind]>,
): Promise<Rows[Kind]> =>
  change(deps, async (changes) => {
    changes.audit({ actor: systemActor, action: 'store.take-over', subject: { type: kind, id }, details: {} });
    return changes.update(kind, id, patch);
  });
