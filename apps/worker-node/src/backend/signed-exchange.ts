import {
  createAnswerVerifier,
  noRequestValue,
  type PlainRequest,
  type RequestHeaders,
  type RootPublic,
  type SigningKey,
  signRequest,
} from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

/** Of a request that was signed over an old value: one more is enough, unless another backend answers that one. */
export const triesMaximum = 3;

export interface ExchangeOptions {
  readonly signer: SigningKey;
  /** certified the backends that are believed */
  readonly root: RootPublic;
  /** of this process, on disk already */
  readonly run: { readonly run: number; readonly instance: string };
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: RequestHeaders;
  readonly body: Uint8Array;
}

/** A request that is about to be sent, once. */
export interface SignedOnce {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a backend of this store gave this answer to this request. */
  isAnswered(answer: ReceivedAnswer): boolean;
}

/** Signs the requests of this process, and believes the answers that a backend of this store signed. */
export interface SignedExchange {
  /** @param heard is told the backend's time of each answer that is believed, in milliseconds since 1970 */
  listen(heard: (signedTime: number) => void): void;
  /** @throws {ResolveFailure} when this process is ending */
  sign(request: PlainRequest): SignedOnce;
  /** Nothing is signed any more: the next process on this folder may begin. */
  end(): void;
}

export const createSignedExchange = ({ signer, root, run }: ExchangeOptions): SignedExchange => {
  const answers = createAnswerVerifier(root);
  let value = noRequestValue;
  let sequence = 0;
  let hasEnded = false;
  let tell: (signedTime: number) => void = () => undefined;
  return {
    sign: (request) => {
      if (hasEnded) throw new ResolveFailure(exitCode.unavailable, 'the worker is ending: try again');
      sequence += 1;
      const { headers, digest } = signRequest({ ...request, ...run, value, sequence }, signer);
      return {
        headers: { ...headers, ...answers.headers },
        isAnswered: (answer) => {
          const given = answers.verify({ ...answer, digest });
          if (given) {
            value = given;
            const time = timeOf(given);
            if (time !== undefined) tell(Number(time));
          }
          return given !== null;
        },
      };
    },
    listen: (heard) => {
      tell = heard;
    },
    end: () => {
      hasEnded = true;
    },
  };
};

/** A value begins with the time at which the backend gave it. The signature of the answer covers it. */
const timeOf = (value: string): string | undefined => /^(\d{1,15})\./.exec(value)?.[1];
