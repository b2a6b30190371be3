import { createNewcomer } from '@secret-store/sealing/testing';
import { z } from 'zod';
import { ReportingWorker } from '../delivery/testing/reporting-worker.ts';
import type { TestBackend } from '../http/testing/test-backend.ts';
import type { CallingWorker } from '../workers/testing/calling-worker.ts';
import { FleetFixture } from '../workers/testing/fleet-fixture.ts';

/** Workers, and who would like to be one, by what they are. */
export type FleetOfPrey = Readonly<Record<string, CallingWorker>>;

export interface MadeFleet {
  readonly workers: FleetOfPrey;
  /** The workers of the first pool say that they have the current set of the algorithm, and cannot read these secrets of it. */
  readonly report: (algorithmId: string, failing?: readonly string[]) => Promise<void>;
  /** what happens after the tables were read that are put back */
  readonly goOn: () => Promise<void>;
}

/**
 * Two workers of the first pool, one of another, and a machine that waits. Then one is revoked, and the other pool is admitted.
 * @param firstWorkerId of the store's first worker
 */
export const makeFleet = async (backend: TestBackend, firstWorkerId: string): Promise<MadeFleet> => {
  const fleet = await FleetFixture.on(backend);
  const { newcomer, caller: revoked } = await fleet.addMember();
  const poolId = await fleet.createPool('edge');
  const { token } = await fleet.foundPool(poolId, 'edge');
  const first = await createNewcomer('edge-1');
  await fleet.joinAlone(poolId, first, token);
  const workers = { first: fleet.worker, revoked, edge: fleet.caller(first.signer) };
  for (const caller of Object.values(workers)) await fleet.fleet(caller);
  const reporting = [
    new ReportingWorker(fleet, firstWorkerId, workers.first),
    new ReportingWorker(fleet, newcomer.workerId, revoked),
  ];
  const waiting = await createNewcomer('waiting');
  await fleet.askToJoin(waiting, await fleet.invite(), backend.deps.pools.firstPoolId);
  return {
    workers: { ...workers, waiting: fleet.caller(waiting.signer) },
    report: async (algorithmId, failing = []) => {
      const failures = failing.length === 0 ? [] : [{ reason: 'sealed', secretIds: [...failing] }];
      for (const worker of reporting) await worker.report(algorithmId, { failures });
    },
    goOn: async () => {
      await fleet.sign({ kind: 'revoke', workerId: newcomer.workerId });
      const { number, hash } = (await fleet.log(poolId)).head;
      await fleet.sign({ kind: 'admit', poolId, number, hash });
      await fleet.ask('refuseJoin', { workerId: waiting.workerId, reason: 'Not now.' });
      await fleet.askToJoin(await createNewcomer(), await fleet.invite(), backend.deps.pools.firstPoolId);
    },
  };
};

const Told = z.object({
  logs: z.array(z.object({ poolId: z.string(), entries: z.array(z.object({ payload: z.string() })) })),
});

/** The entries of logs that each of them is told: fewer are no gain. What else they are told they verify by these. */
export const askAsWorkers = async (backend: TestBackend, workers: FleetOfPrey): Promise<[string, unknown][]> => {
  const fleet = await FleetFixture.on(backend);
  const answers: [string, unknown][] = [];
  for (const [name, caller] of Object.entries(workers)) {
    const { status, data } = await fleet.fleet(caller);
    const told = status === 200 ? Told.parse(data).logs : null;
    const entries = told?.flatMap(({ poolId, entries: own }) => own.map(({ payload }) => `${poolId} ${payload}`));
    answers.push([`fleet of ${name}`, entries ?? null]);
  }
  return answers;
};

const Delivered = z.object({ workers: z.array(z.object({ workerId: z.string(), state: z.string() })) });

/** What the store says has arrived, once the workers were seen: less is no gain, and neither is another word for what has not. */
export const readyOnWorkers = async (
  backend: TestBackend,
  secrets: readonly { readonly algorithmId: string; readonly id: string }[],
): Promise<string[]> => {
  const ready: string[] = [];
  for (const { algorithmId, id } of secrets) {
    const { status, json } = await backend.asAdministrator(
      'GET',
      `/v1/algorithms/${algorithmId}/secrets/${id}/delivery`,
    );
    const workers = status === 200 ? Delivered.parse(json).workers : [];
    ready.push(...workers.flatMap(({ workerId, state }) => (state === 'ready' ? [`${id} on ${workerId}`] : [])));
  }
  return ready;
};
