import {
  DeliveryTimes,
  ExposedSecretPage,
  id,
  paging,
  PoolInfo,
  PoolRequest,
  ResealingProgress,
  WorkerDetails,
  WorkerHoldings,
} from '@secret-store/api';
import { z } from 'zod';
import { workerHoldings } from '../../delivery/worker-holdings.ts';
import { deliveryTimes } from '../../health/provider-health.ts';
import { createPool } from '../../workers/admin/create-pool.ts';
import { whatWorkerCouldOpen } from '../../workers/admin/exposed-secrets.ts';
import { listPools } from '../../workers/admin/list-pools.ts';
import { listWorkers, showWorker } from '../../workers/admin/list-workers.ts';
import { resealingProgress } from '../../workers/admin/resealing-progress.ts';
import { revokeWorker } from '../../workers/admin/revoke-worker.ts';
import { procedureWith, router } from './procedures/trpc.ts';

const reads = procedureWith('workers.read');
const manages = procedureWith('workers.manage');
const one = z.object({ workerId: id });

export const workerRouter = router({
  list: reads.output(z.array(WorkerDetails)).query(({ ctx }) => listWorkers(ctx.deps, ctx.actor)),
  show: reads
    .input(one)
    .output(WorkerDetails)
    .query(({ ctx, input }) => showWorker(ctx.deps, ctx.actor, input.workerId)),
  revoke: manages.input(one).mutation(({ ctx, input }) => revokeWorker(ctx.deps, ctx.actor, input.workerId)),
  exposed: reads
    .input(one.extend(paging))
    .output(ExposedSecretPage)
    .query(({ ctx, input }) => whatWorkerCouldOpen(ctx.deps, ctx.actor, input.workerId, input)),
  holdings: reads
    .input(one.extend(paging))
    .output(WorkerHoldings)
    .query(({ ctx, input }) => workerHoldings(ctx.deps, ctx.actor, input.workerId, input)),
  deliveryTimes: reads.output(DeliveryTimes).query(({ ctx }) => deliveryTimes(ctx.deps, ctx.actor)),
  pools: reads.output(z.array(PoolInfo)).query(({ ctx }) => listPools(ctx.deps, ctx.actor)),
  createPool: manages
    .input(PoolRequest)
    .output(PoolInfo)
    .mutation(({ ctx, input }) => createPool(ctx.deps, ctx.actor, input)),
  resealing: reads.output(ResealingProgress).query(({ ctx }) => resealingProgress(ctx.deps, ctx.actor)),
});
