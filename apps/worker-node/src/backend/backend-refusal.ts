import { ErrorBody, errorTable } from '@secret-store/api/schemas';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure, WorkerNotAccepted } from '../errors/resolve-failure.ts';

/** Translates an error code of the API into what the caller of `exec` is told. */
export const backendRefusal = (status: number, body: Uint8Array): ResolveFailure => {
  const refusal = ErrorBody.safeParse(parseJson(body));
  if (!refusal.success) {
    return new ResolveFailure(exitCode.unavailable, `the backend answered with status ${status}: see its log`);
  }
  const { code, id } = refusal.data.error;
  if (code === errorTable.NotAuthenticated.code) return new WorkerNotAccepted();
  const known = meanings.get(code);
  if (known) return new ResolveFailure(known.exitCode, known.message);
  return new ResolveFailure(
    exitCode.unavailable,
    `the backend refused with code ${code}: see its log for the cause, under ${id.slice(0, 100)}`,
  );
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined; // a form that no schema takes
  }
};

const meanings = new Map<number, Pick<ResolveFailure, 'exitCode' | 'message'>>([
  [
    errorTable.AlgorithmNotFound.code,
    { exitCode: exitCode.configuration, message: 'there is no such algorithm: check its owner and name in the panel' },
  ],
  [
    errorTable.Overloaded.code,
    { exitCode: exitCode.unavailable, message: 'the store has more requests than it can serve: try again' },
  ],
  [
    errorTable.NotAuthorized.code,
    { exitCode: exitCode.noPermission, message: "the algorithm does not run in this worker's pool" },
  ],
]);
