import {
  type JoinAskRequest,
  JoinPoolAnswer,
  type JoinPoolRequest,
  JoinStateAnswer,
  type JoinStateRequest,
  type PoolLogAddition,
} from '@secret-store/api/schemas';
import { type AnswerVerifier, createAnswerVerifier, requestWithNonce, type RootPublic } from '@secret-store/sealing';
import { z } from 'zod';
import { answerWith, parseAnswer } from './parse-answer.ts';
import { createSignedCall, type SignedCallOptions } from './signed-call.ts';
import type { SignedOnce } from './signed-exchange.ts';

/** What a machine that is no worker yet can ask of a backend, and the holder of the recovery file. */
export interface JoiningClient {
  /** A pool's log from its founding on. The caller must verify it. */
  pool(request: JoinPoolRequest): Promise<JoinPoolAnswer>;
  /** @throws {JoinRefused} when the token is not one that lets in */
  ask(request: JoinAskRequest): Promise<void>;
  state(request: JoinStateRequest): Promise<JoinStateAnswer>;
  /** @throws {LogMovedOn} when the log has other entries by now */
  append(addition: PoolLogAddition): Promise<void>;
}

const answers = {
  pool: answerWith(JoinPoolAnswer),
  ask: answerWith(z.unknown().optional()),
  state: answerWith(JoinStateAnswer),
  append: answerWith(z.unknown().optional()),
};

export interface JoiningClientOptions extends Omit<SignedCallOptions, 'exchange'> {
  /** the root of the store, where it is known; or how it is found in the first answer, by its fingerprint */
  readonly root: RootPublic | ((firstAnswer: Uint8Array) => RootPublic | null);
}

export const createJoiningClient = ({ root, ...options }: JoiningClientOptions): JoiningClient => {
  const call = createSignedCall({ ...options, exchange: nonceExchange(root) });
  const ask = async (name: keyof typeof answers, input: unknown): Promise<Uint8Array> =>
    (await call('POST', `/api/worker/join/${name}`, JSON.stringify(input))).bytes;
  return {
    pool: async (request) => parseAnswer(await ask('pool', request), answers.pool),
    ask: async (request) => void parseAnswer(await ask('ask', request), answers.ask),
    state: async (request) => parseAnswer(await ask('state', request), answers.state),
    append: async (addition) => void parseAnswer(await ask('append', addition), answers.append),
  };
};

/** Requests with a nonce, over which a backend of the store signs its answer. */
const nonceExchange = (
  root: JoiningClientOptions['root'],
): { readonly sign: (request: Parameters<typeof requestWithNonce>[0]) => SignedOnce } => {
  let verifier: AnswerVerifier | null = typeof root === 'function' ? null : createAnswerVerifier(root);
  const verifierFor = (body: Uint8Array): AnswerVerifier | null => {
    if (verifier !== null || typeof root !== 'function') return verifier;
    const found = root(body);
    verifier = found === null ? null : createAnswerVerifier(found);
    return verifier;
  };
  return {
    sign: (request) => {
      const { headers, digest } = requestWithNonce(request);
      return {
        headers: { ...headers, ...verifier?.headers },
        isAnswered: (answer) => (verifierFor(answer.body)?.verify({ ...answer, digest }) ?? null) !== null,
      };
    },
  };
};
