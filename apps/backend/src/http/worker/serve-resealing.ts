import { ResealedRecords, WorkerResealRequest } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { giveResealed } from '../../resealing/give-resealed.ts';
import { livingKeyIds, pendingSummary } from '../../resealing/pending/pending-summary.ts';
import { openableByPool, type ResealWork, takeReseal } from '../../resealing/take-reseal.ts';
import { refuseStrangers, type ServeProcedure } from './serve-fleet.ts';

/** Room for a value of 1 MiB, and for a batch of small ones. */
export const givenBytesMaximum = 8 * 1024 * 1024;

/** How workers seal again what is not sealed to the current keys. */
export const serveResealing = (serve: ServeProcedure, deps: Dependencies, work: ResealWork): void => {
  serve('takeReseal', WorkerResealRequest, (worker, request) => takeReseal(deps, work, worker, request));
  serve('pendingReseal', z.object({}), async ({ poolId }) =>
    pendingSummary(deps, work.leases, await openableByPool(deps, poolId), await livingKeyIds(deps)),
  );
  serve('giveResealed', ResealedRecords, (worker, records) => giveResealed(deps, work, worker, records), {
    bodyLimit: givenBytesMaximum,
    onRequest: refuseStrangers(deps),
  });
};
