import {
  type Envelope,
  type GivenVersion,
  JoinPoolAnswer,
  type JoinPoolRequest,
  type JoinRefusal,
  PendingSummary,
  type PoolLogAddition,
  type ResealedRecords,
  ResealOutcome,
  WorkerAlgorithms,
  type WorkerAlgorithmsRequest,
  WorkerDeliveryAnswer,
  type WorkerDeliveryRequest,
  WorkerFleetAnswer,
  type WorkerFleetRequest,
  type WorkerPoll,
  WorkerPollAnswer,
  type WorkerReceipts,
  WorkerReceiptsAnswer,
  WorkerResealBatch,
  type WorkerResealRequest,
  WorkerStates,
  WorkerStreamLine,
  WorkerStreamOpening,
  type WorkerStreamRequest,
  WorkerVersionAnswer,
  type WorkerVersionRequest,
} from '@secret-store/api/schemas';
import { z } from 'zod';
import { answerWith, parseAnswer, readJson } from './parse-answer.ts';
import { type CallOptions, createSignedCall, type SignedCallOptions } from './signed-call.ts';
import { createSignedStream } from './signed-stream.ts';

/** A module as the backend stores it, not verified. */
interface OfferedModule {
  readonly bytes: Uint8Array;
  /** detached, in base64; null where the backend has none */
  readonly signature: string | null;
}

const signatureHeader = 'secret-store-module-signature';

interface StreamTaker {
  /** @param askedAt by `performance.now`, before the request was sent */
  onOpening(opening: WorkerStreamOpening, askedAt: number): void;
  /** @param text the line as it came */
  onLine(line: WorkerStreamLine, text: string): void;
}

/** Sends signed requests to the backend. Checks the form of each answer; the caller verifies its content. */
export interface BackendClient {
  /** A delivery, or word that what the request says is held is the newest. @throws {BackendAway} where none comes in time */
  delivery(request: WorkerDeliveryRequest, options?: CallOptions): Promise<WorkerDeliveryAnswer>;
  /** What the worker's pool runs. It says what to ask for, and the caller believes nothing else of it. */
  algorithms(request: WorkerAlgorithmsRequest): Promise<WorkerAlgorithms>;
  /** What the backend stores under this SHA-256. The caller must check the hash, and the signature where it needs one. */
  module(sha256: string): Promise<OfferedModule>;
  takeCheck(poll: WorkerPoll): Promise<WorkerPollAnswer>;
  /** @param answer signed by this worker */
  answerCheck(answer: Envelope): Promise<void>;
  /** What there is to do in the worker's pool. The caller must verify the logs. */
  fleet(request: WorkerFleetRequest): Promise<WorkerFleetAnswer>;
  /** @throws {LogMovedOn} when the log has other entries by now */
  appendLog(addition: PoolLogAddition): Promise<void>;
  /** Which workers the backend sees online. */
  workerStates(): Promise<WorkerStates>;
  refuseJoin(refusal: JoinRefusal): Promise<void>;
  /** A pool's log from its founding on. The caller must verify it. */
  poolLog(request: JoinPoolRequest): Promise<JoinPoolAnswer>;
  /** Records to seal again. The caller must verify each, and the keys that they are to be sealed to. */
  takeReseal(request: WorkerResealRequest): Promise<WorkerResealBatch>;
  /** What is left of that in the worker's pool, and what nobody could do. */
  pendingReseal(): Promise<PendingSummary>;
  /** @param records signed by this worker */
  giveResealed(records: ResealedRecords): Promise<ResealOutcome>;
  /** An earlier value to seal as a new version. The caller must verify it, and the keys that it is to be sealed to. */
  takeVersion(request: WorkerVersionRequest): Promise<WorkerVersionAnswer>;
  /** @param given with a record that this worker signed */
  giveVersion(given: GivenVersion): Promise<void>;
  /** Says what this worker holds. @param receipts signed by this worker */
  receipts(receipts: WorkerReceipts): Promise<WorkerReceiptsAnswer>;
  /** Says what changes, until the backend or the signal ends it. The caller must verify the beats and heads. */
  stream(request: WorkerStreamRequest, taker: StreamTaker, signal: AbortSignal): Promise<void>;
}

const answers = {
  delivery: answerWith(WorkerDeliveryAnswer),
  algorithms: answerWith(WorkerAlgorithms),
  takeCheck: answerWith(WorkerPollAnswer),
  answerCheck: answerWith(z.unknown().optional()),
  fleet: answerWith(WorkerFleetAnswer),
  appendLog: answerWith(z.unknown().optional()),
  workerStates: answerWith(WorkerStates),
  refuseJoin: answerWith(z.unknown().optional()),
  'join/pool': answerWith(JoinPoolAnswer),
  takeReseal: answerWith(WorkerResealBatch),
  pendingReseal: answerWith(PendingSummary),
  giveResealed: answerWith(ResealOutcome),
  takeVersion: answerWith(WorkerVersionAnswer),
  giveVersion: answerWith(z.unknown().optional()),
  receipts: answerWith(WorkerReceiptsAnswer),
};

export const createBackendClient = (options: SignedCallOptions): BackendClient => {
  const call = createSignedCall(options);
  const follow = createSignedStream(options);
  const ask = async (name: keyof typeof answers, input: unknown, more?: CallOptions): Promise<Uint8Array> =>
    (await call('POST', `/api/worker/${name}`, JSON.stringify(input), more)).bytes;
  return {
    delivery: async (request, more) => parseAnswer(await ask('delivery', request, more), answers.delivery),
    algorithms: async (request) => parseAnswer(await ask('algorithms', request), answers.algorithms),
    module: async (sha256) => {
      const { bytes, headers } = await call('GET', `/api/worker/modules/${sha256}`);
      const signature = headers[signatureHeader];
      return { bytes, signature: typeof signature === 'string' ? signature : null };
    },
    takeCheck: async (poll) => parseAnswer(await ask('takeCheck', poll), answers.takeCheck),
    answerCheck: async (answer) => void parseAnswer(await ask('answerCheck', answer), answers.answerCheck),
    fleet: async (request) => parseAnswer(await ask('fleet', request), answers.fleet),
    appendLog: async (addition) => void parseAnswer(await ask('appendLog', addition), answers.appendLog),
    workerStates: async () => parseAnswer(await ask('workerStates', {}), answers.workerStates),
    refuseJoin: async (refusal) => void parseAnswer(await ask('refuseJoin', refusal), answers.refuseJoin),
    poolLog: async (request) => parseAnswer(await ask('join/pool', request), answers['join/pool']),
    takeReseal: async (request) => parseAnswer(await ask('takeReseal', request), answers.takeReseal),
    pendingReseal: async () => parseAnswer(await ask('pendingReseal', {}), answers.pendingReseal),
    giveResealed: async (records) => parseAnswer(await ask('giveResealed', records), answers.giveResealed),
    takeVersion: async (request) => parseAnswer(await ask('takeVersion', request), answers.takeVersion),
    giveVersion: async (given) => void parseAnswer(await ask('giveVersion', given), answers.giveVersion),
    receipts: async (receipts) => parseAnswer(await ask('receipts', receipts), answers.receipts),
    stream: (request, taker, signal) =>
      follow({
        ...{ path: '/api/worker/stream', body: JSON.stringify(request), signal },
        lines: {
          onFirst: (line, askedAt) => taker.onOpening(readJson(line, WorkerStreamOpening), askedAt),
          onLine: (line) => taker.onLine(readJson(line, WorkerStreamLine), line),
        },
      }),
  };
};
