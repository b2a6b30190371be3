import {
  RecoverySummary,
  type ResealedRecords,
  ResealOutcome,
  WorkerResealBatch,
  type WorkerResealRequest,
} from '@secret-store/api/schemas';
import { answerWith, parseAnswer } from './parse-answer.ts';
import { createSignedCall, type SignedCallOptions } from './signed-call.ts';

/** What the holder of the recovery file can ask of a backend, by requests that the root signs. */
interface RecoveryClient {
  /** What is pending, and the logs of all pools. The caller must verify them. */
  pending(): Promise<RecoverySummary>;
  /** As a worker's, of all pools. */
  takeReseal(request: WorkerResealRequest): Promise<WorkerResealBatch>;
  /** @param records signed by the root */
  giveResealed(records: ResealedRecords): Promise<ResealOutcome>;
}

const answers = {
  pending: answerWith(RecoverySummary),
  takeReseal: answerWith(WorkerResealBatch),
  giveResealed: answerWith(ResealOutcome),
};

export const createRecoveryClient = (options: SignedCallOptions): RecoveryClient => {
  const call = createSignedCall(options);
  const ask = async (name: keyof typeof answers, input: unknown): Promise<Uint8Array> =>
    (await call('POST', `/api/worker/recovery/${name}`, JSON.stringify(input))).bytes;
  return {
    pending: async () => parseAnswer(await ask('pending', {}), answers.pending),
    takeReseal: async (request) => parseAnswer(await ask('takeReseal', request), answers.takeReseal),
    giveResealed: async (records) => parseAnswer(await ask('giveResealed', records), answers.giveResealed),
  };
};
