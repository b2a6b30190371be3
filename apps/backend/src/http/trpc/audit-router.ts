import { AuditQuery, LocatedAuditPage } from '@secret-store/api';
import { auditedPlaces } from '../../algorithms/audited-places.ts';
import { listAudit } from '../../audit/list-audit.ts';
import { procedureWith, router } from './procedures/trpc.ts';

export const auditRouter = router({
  list: procedureWith('audit.read')
    .input(AuditQuery)
    .output(LocatedAuditPage)
    .query(async ({ ctx: { deps, actor, refusals }, input }) => {
      // what has happened so far is in the chain when it is read
      await refusals.flush();
      await deps.ledger.flush();
      const page = await listAudit(deps, input);
      return { ...page, places: await auditedPlaces(deps, actor, page.results) };
    }),
});
