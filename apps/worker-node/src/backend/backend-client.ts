import {
  type Envelope,
  type ResealedRecords,
  ResealOutcome,
  WorkerDeliveryAnswer,
  type WorkerDeliveryRequest,
  type WorkerPoll,
  WorkerPollAnswer,
  WorkerResealBatch,
  type WorkerResealRequest,
  WorkerStreamLine,
} from '@secret-store/api/schemas';
import { z } from 'zod';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { createSignedCall, type SignedCallOptions } from './signed-call.ts';
import { createSignedStream } from './signed-stream.ts';

/** A module as the backend stores it, not verified. */
interface OfferedModule {
  readonly bytes: Uint8Array;
  /** detached, in base64; null where the backend has none */
  readonly signature: string | null;
}

const signatureHeader = 'secret-store-module-signature';

/** Sends signed requests to the backend. Checks the form of each answer; the caller verifies its content. */
export interface BackendClient {
  /** A delivery, or word that what the request says is held is the newest. */
  delivery(request: WorkerDeliveryRequest): Promise<WorkerDeliveryAnswer>;
  /** What the backend stores under this SHA-256. The caller must check the hash, and the signature where it needs one. */
  module(sha256: string): Promise<OfferedModule>;
  takeCheck(poll: WorkerPoll): Promise<WorkerPollAnswer>;
  /** @param answer signed by this worker */
  answerCheck(answer: Envelope): Promise<void>;
  /** Records to seal again. The caller must verify each, and the keys that they are to be sealed to. */
  takeReseal(request: WorkerResealRequest): Promise<WorkerResealBatch>;
  /** @param records signed by this worker */
  giveResealed(records: ResealedRecords): Promise<ResealOutcome>;
  /** Says what changes, until the backend or the signal ends it. The caller must verify the heads. */
  stream(onLine: (line: WorkerStreamLine) => void, signal: AbortSignal): Promise<void>;
}

const answerWith = <Output>(data: z.ZodType<Output>) => z.object({ result: z.object({ data }) });

const answers = {
  delivery: answerWith(WorkerDeliveryAnswer),
  takeCheck: answerWith(WorkerPollAnswer),
  answerCheck: answerWith(z.unknown().optional()),
  takeReseal: answerWith(WorkerResealBatch),
  giveResealed: answerWith(ResealOutcome),
};

export const createBackendClient = (options: SignedCallOptions): BackendClient => {
  const call = createSignedCall(options);
  const follow = createSignedStream(options);
  const ask = async (name: keyof typeof answers, input: unknown): Promise<Uint8Array> =>
    (await call('POST', `/api/worker/${name}`, JSON.stringify(input))).bytes;
  return {
    delivery: async (request) => parse(await ask('delivery', request), answers.delivery),
    module: async (sha256) => {
      const { bytes, headers } = await call('GET', `/api/worker/modules/${sha256}`);
      const signature = headers[signatureHeader];
      return { bytes, signature: typeof signature === 'string' ? signature : null };
    },
    takeCheck: async (poll) => parse(await ask('takeCheck', poll), answers.takeCheck),
    answerCheck: async (answer) => void parse(await ask('answerCheck', answer), answers.answerCheck),
    takeReseal: async (request) => parse(await ask('takeReseal', request), answers.takeReseal),
    giveResealed: async (records) => parse(await ask('giveResealed', records), answers.giveResealed),
    stream: (onLine, signal) =>
      follow('/api/worker/stream', (line) => onLine(readJson(line, WorkerStreamLine)), signal),
  };
};

const parse = <Output>(
  bytes: Uint8Array,
  schema: z.ZodType<{ readonly result: { readonly data: Output } }>,
): Output => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return readJson(text, schema).result.data;
};

const readJson = <Output>(text: string, schema: z.ZodType<Output>): Output => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the answer of the backend has an unknown form: run the same version on both sides',
      { cause: error },
    );
  }
};
