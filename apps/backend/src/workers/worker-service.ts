import { ApiError, type WorkerService } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { deliver } from './deliver.ts';
import { answerCheck, takeCheck } from './take-check.ts';

/** What workers may ask of the backend. */
export const createWorkerService = (deps: Dependencies): WorkerService => ({
  delivery: (worker, request) => deliver(deps, worker, request),
  module: async (_worker, sha256) => {
    const row = await deps.db.prisma.pluginModule.findUnique({ where: { sha256 }, select: { bytes: true } });
    if (row === null) {
      throw new ApiError('PluginModuleMissing', 'The store has no plugin module with this SHA-256. Upload it again.');
    }
    return row.bytes;
  },
  takeCheck: (worker) => takeCheck(deps, worker),
  answerCheck: (worker, result) => answerCheck(deps, worker, result),
});
