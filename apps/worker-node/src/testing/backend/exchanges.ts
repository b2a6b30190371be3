import { createSignedExchange, type SignedExchange } from '../../backend/signed-exchange.ts';
import { readWorkerKeys } from '../../keys/read-worker-keys.ts';

/** Signs nothing and believes every answer, where a test is about connections. */
export const believingExchange: Pick<SignedExchange, 'sign'> = {
  sign: () => ({ headers: {}, isAnswered: () => true }),
};

/** Of the worker whose keys are in the folder, in its first run. */
export const workerExchange = async (directory: string): Promise<SignedExchange> =>
  createSignedExchange({ ...(await readWorkerKeys(directory, null)), run: { run: 1, instance: 'the-only-one' } });
