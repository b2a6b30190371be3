import {
  type Envelope,
  WorkerDelivery,
  type WorkerDeliveryRequest,
  type WorkerPoll,
  WorkerPollAnswer,
} from '@secret-store/api/schemas';
import type { WorkerRouter } from '@secret-store/backend/worker-router';
import type { SigningKey } from '@secret-store/sealing';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { z } from 'zod';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { createSignedFetch } from './signed-fetch.ts';

/** A module as the backend stores it, not verified. */
interface OfferedModule {
  readonly bytes: Uint8Array;
  /** detached, in base64; null where the backend has none */
  readonly signature: string | null;
}

const signatureHeader = 'secret-store-module-signature';

/** Sends signed requests to the backend. Checks the form of each answer; the caller verifies its content. */
export interface BackendClient {
  delivery(request: WorkerDeliveryRequest): Promise<WorkerDelivery>;
  /** What the backend stores under this SHA-256. The caller must check the hash, and the signature where it needs one. */
  module(sha256: string): Promise<OfferedModule>;
  takeCheck(poll: WorkerPoll): Promise<WorkerPollAnswer>;
  /** @param answer signed by this worker */
  answerCheck(answer: Envelope): Promise<void>;
}

export interface BackendClientOptions {
  readonly url: URL;
  readonly signer: SigningKey;
  readonly timeoutMilliseconds?: number;
}

export const createBackendClient = (options: BackendClientOptions): BackendClient => {
  const base = new URL('/api/worker', options.url).href;
  const signedFetch = createSignedFetch(options);
  const router = createTRPCClient<WorkerRouter>({ links: [httpLink({ url: base, fetch: signedFetch })] });
  return {
    delivery: async (request) => parse(await answered(router.delivery.mutate(request)), WorkerDelivery),
    module: async (sha256) => {
      const answer = await signedFetch(`${base}/modules/${sha256}`);
      return { bytes: new Uint8Array(await answer.arrayBuffer()), signature: answer.headers.get(signatureHeader) };
    },
    takeCheck: async (poll) => parse(await answered(router.takeCheck.mutate(poll)), WorkerPollAnswer),
    answerCheck: (answer) => answered(router.answerCheck.mutate(answer)),
  };
};

/** tRPC wraps our own failures; anything else is an answer that it could not read. */
const answered = async <Output>(answer: Promise<Output>): Promise<Output> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    if (error.cause instanceof ResolveFailure) throw error.cause;
    throw unknownForm(error);
  }
};

const parse = <Output>(answer: unknown, schema: z.ZodType<Output>): Output => {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw unknownForm(parsed.error);
};

const unknownForm = (cause: unknown): ResolveFailure =>
  new ResolveFailure(
    exitCode.unavailable,
    'the answer of the backend has an unknown form: run the same version on both sides',
    { cause },
  );
