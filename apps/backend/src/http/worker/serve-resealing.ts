import { ResealedRecords, WorkerResealRequest } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { giveResealed } from '../../resealing/give-resealed.ts';
import { type ResealWork, takeReseal } from '../../resealing/take-reseal.ts';
import { refuseStrangers, type ServeProcedure } from './serve-fleet.ts';

/** Room for a value of 1 MiB, and for a batch of small ones. */
const givenBytesMaximum = 8 * 1024 * 1024;

/** How workers seal again what is not sealed to the current keys. */
export const serveResealing = (serve: ServeProcedure, deps: Dependencies, work: ResealWork): void => {
  serve('takeReseal', WorkerResealRequest, (worker, request) => takeReseal(deps, work, worker, request));
  serve('giveResealed', ResealedRecords, (worker, records) => giveResealed(deps, work, worker, records), {
    bodyLimit: givenBytesMaximum,
    onRequest: refuseStrangers(deps),
  });
};
