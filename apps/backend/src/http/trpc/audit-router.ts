import { AuditPage, AuditQuery } from '@secret-store/api';
import { listAudit } from '../../audit/list-audit.ts';
import { procedureWith, router } from './procedures/trpc.ts';

export const auditRouter = router({
  list: procedureWith('audit.read')
    .input(AuditQuery)
    .output(AuditPage)
    .query(async ({ ctx: { deps, refusals }, input }) => {
      // what has happened so far is in the chain when it is read
      await refusals.flush();
      await deps.ledger.flush();
      return listAudit(deps, input);
    }),
});
