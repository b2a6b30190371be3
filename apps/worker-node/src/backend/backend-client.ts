import {
  type WorkerCheckResult,
  WorkerCheckTask,
  WorkerDelivery,
  type WorkerDeliveryRequest,
  WorkerModule,
} from '@secret-store/api/schemas';
import { signRequest, type SigningKey } from '@secret-store/sealing';
import { z } from 'zod';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { backendRefusal } from './backend-refusal.ts';
import { readLimited } from './read-limited.ts';

/** Asks the backend, signed. What it answers has a form, and is not believed for anything else. */
export interface BackendClient {
  delivery(request: WorkerDeliveryRequest): Promise<WorkerDelivery>;
  module(sha256: string): Promise<Uint8Array>;
  /** null when there is none */
  takeCheck(): Promise<WorkerCheckTask | null>;
  answerCheck(result: WorkerCheckResult): Promise<void>;
}

export interface BackendClientOptions {
  readonly url: URL;
  readonly signer: SigningKey;
  readonly timeoutMilliseconds?: number;
}

export const createBackendClient = (options: BackendClientOptions): BackendClient => ({
  delivery: (request) => call(options, 'delivery', request, WorkerDelivery),
  module: async (sha256) => Buffer.from((await call(options, 'module', { sha256 }, WorkerModule)).bytes, 'base64'),
  takeCheck: () => call(options, 'takeCheck', {}, WorkerCheckTask.nullable()),
  answerCheck: async (result) => {
    await call(options, 'answerCheck', result, z.unknown().optional());
  },
});

const defaultTimeoutMilliseconds = 10_000;
/** A module of 32 MiB in base64, or a set of many large values. */
const answerBytesMaximum = 96 * 1024 * 1024;

/** The wire form of tRPC's HTTP link for one call without batching: https://trpc.io/docs/rpc */
const call = async <Output>(options: BackendClientOptions, procedure: string, input: unknown, schema: z.ZodType<Output>): Promise<Output> => {
  const { status, body } = await send(options, new URL(`/api/worker/${procedure}`, options.url), JSON.stringify(input));
  if (status !== 200) throw backendRefusal(status, body);
  const answer = z.object({ result: z.object({ data: schema }) }).safeParse(body);
  if (!answer.success) throw new ResolveFailure(exitCode.unavailable, 'the answer of the backend has an unknown form: run the same version on both sides');
  return answer.data.result.data;
};

const send = async ({ signer, timeoutMilliseconds }: BackendClientOptions, url: URL, text: string) => {
  const body = new TextEncoder().encode(text);
  const target = url.pathname + url.search;
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signRequest({ method: 'POST', target, body, now: new Date() }, signer) },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds ?? defaultTimeoutMilliseconds),
    });
    return { status: response.status, body: parseJson(await readLimited(response, answerBytesMaximum)) };
  } catch (error) {
    throw new ResolveFailure(exitCode.unavailable, `the backend at ${url.origin} gave no answer: see that the store runs`, { cause: error });
  }
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined; // a form that no schema takes
  }
};
