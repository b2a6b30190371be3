import { createNewcomer } from '@secret-store/sealing/testing';
import { z } from 'zod';
import type { TestBackend } from '../http/testing/test-backend.ts';
import type { CallingWorker } from '../workers/testing/calling-worker.ts';
import { FleetFixture } from '../workers/testing/fleet-fixture.ts';

/** Workers, and who would like to be one, by what they are. */
export type FleetOfPrey = Readonly<Record<string, CallingWorker>>;

export interface MadeFleet {
  readonly workers: FleetOfPrey;
  /** what happens after the tables were read that are put back */
  readonly goOn: () => Promise<void>;
}

/** Two workers of the first pool, one of another, and a machine that waits. Then one is revoked, and the other pool is admitted. */
export const makeFleet = async (backend: TestBackend): Promise<MadeFleet> => {
  const fleet = await FleetFixture.on(backend);
  const { newcomer, caller: revoked } = await fleet.addMember();
  const poolId = await fleet.createPool('edge');
  const { token } = await fleet.foundPool(poolId, 'edge');
  const first = await createNewcomer('edge-1');
  await fleet.joinAlone(poolId, first, token);
  const workers = { first: fleet.worker, revoked, edge: fleet.caller(first.signer) };
  for (const caller of Object.values(workers)) await fleet.fleet(caller);
  const waiting = await createNewcomer('waiting');
  await fleet.askToJoin(waiting, await fleet.invite(), backend.deps.pools.firstPoolId);
  return {
    workers: { ...workers, waiting: fleet.caller(waiting.signer) },
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
