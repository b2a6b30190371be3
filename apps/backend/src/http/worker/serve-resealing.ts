import { GivenVersion, ResealedRecords, WorkerResealRequest, WorkerVersionRequest } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { giveResealed } from '../../resealing/give-resealed.ts';
import { livingKeyIds, pendingSummary } from '../../resealing/pending/pending-summary.ts';
import { openableByPool, type ResealWork, takeReseal } from '../../resealing/take-reseal.ts';
import { giveVersion } from '../../resealing/versions/give-version.ts';
import { takeVersion } from '../../resealing/versions/take-version.ts';
import { refuseStrangers, type ServeProcedure } from './serve-fleet.ts';

/** Room for a value of 1 MiB, and for a batch of small ones. */
export const givenBytesMaximum = 8 * 1024 * 1024;

/** How workers seal again what is not sealed to the current keys, and earlier values as new versions. */
export const serveResealing = (serve: ServeProcedure, deps: Dependencies, work: ResealWork): void => {
  serve('takeReseal', WorkerResealRequest, (worker, request) => takeReseal(deps, work, worker, request));
  serve('pendingReseal', z.object({}), async ({ poolId }) =>
    pendingSummary(deps, work.leases, await openableByPool(deps, poolId), await livingKeyIds(deps)),
  );
  serve('takeVersion', WorkerVersionRequest, (worker, request) => takeVersion(deps, worker, request));
  serve('giveVersion', GivenVersion, (worker, given) => giveVersion(deps, worker, given), {
    bodyLimit: givenBytesMaximum,
    onRequest: refuseStrangers(deps),
  });
  serve('giveResealed', ResealedRecords, (worker, records) => giveResealed(deps, work, worker, records), {
    bodyLimit: givenBytesMaximum,
    onRequest: refuseStrangers(deps),
  });
};
