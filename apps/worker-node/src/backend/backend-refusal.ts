import { ErrorBody, errorTable } from '@secret-store/api/schemas';
import { exitCode } from '../errors/exit-code.ts';
import {
  AlgorithmGone,
  BackendRefusal,
  JoinRefused,
  LogMovedOn,
  ResolveFailure,
  WorkerNotAccepted,
} from '../errors/resolve-failure.ts';

/** Translates an error code of the API into what the caller of `exec` is told. @param body of an answer that is genuine */
export const backendRefusal = (status: number, body: Uint8Array): ResolveFailure => {
  const error = errorIn(body);
  if (error === null) {
    return new ResolveFailure(exitCode.unavailable, `the backend answered with status ${status}: see its log`);
  }
  const { code, id, message } = error;
  if (status === movedOnStatus && code === errorTable.InputValidationError.code) return new LogMovedOn();
  if (code === errorTable.JoinRefused.code) return new JoinRefused(shortened(message));
  const lasting = notAccepted.get(code);
  if (lasting !== undefined) return new WorkerNotAccepted(lasting);
  const gone = goneAlgorithms.get(code);
  if (gone) return new AlgorithmGone(gone.exitCode, gone.message);
  const known = meanings.get(code);
  if (known) return new ResolveFailure(known.exitCode, known.message);
  return new BackendRefusal(
    { status, said: shortened(message) },
    `the backend refused with code ${code}: see its log for the cause, under ${id.slice(0, 100)}`,
  );
};

/** Of a request to add entries to a pool's log. */
const movedOnStatus = 409;

const shortened = (message: string): string => message.slice(0, 500);

/** Whether the same request, signed over the value that came with this answer, is another matter. */
export const isOutdated = (status: number, body: Uint8Array): boolean =>
  status === errorTable.RequestOutdated.status && errorIn(body)?.code === errorTable.RequestOutdated.code;

const errorIn = (body: Uint8Array): ErrorBody['error'] | null => {
  try {
    return ErrorBody.safeParse(JSON.parse(Buffer.from(body).toString('utf8'))).data?.error ?? null;
  } catch {
    return null; // not JSON
  }
};

const notAccepted = new Map<number, string>([
  [
    errorTable.NotAuthenticated.code,
    'the backend does not know this worker: it belongs to another store, or its row was changed outside the store',
  ],
  [errorTable.WorkerRevoked.code, 'this worker was revoked: remove its folder, and join again if it should run'],
  [errorTable.WorkerStopped.code, "A copy of this worker's folder was used. Remove the folder and join again."],
]);

const goneAlgorithms = new Map<number, Pick<ResolveFailure, 'exitCode' | 'message'>>([
  [
    errorTable.AlgorithmNotFound.code,
    { exitCode: exitCode.configuration, message: 'there is no such algorithm: check its owner and name in the panel' },
  ],
  [
    errorTable.NotAuthorized.code,
    { exitCode: exitCode.noPermission, message: "the algorithm does not run in this worker's pool" },
  ],
]);

const meanings = new Map<number, Pick<ResolveFailure, 'exitCode' | 'message'>>([
  [
    errorTable.Overloaded.code,
    { exitCode: exitCode.unavailable, message: 'the store has more requests than it can serve: try again' },
  ],
  [
    errorTable.RequestOutdated.code,
    {
      exitCode: exitCode.unavailable,
      message: 'the backend does not take a value that it has just given: check that the clocks of all backends agree',
    },
  ],
]);
