import type { ReadProblem } from '@secret-store/api/schemas';
import { IsolationError, PluginFailure, type PluginFailureReason, PluginModuleError } from '@secret-store/plugin-host';
import { ConfigurationError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { SealingError, type SetEntry } from '@secret-store/sealing';
import { exitCode, type FailureExitCode } from '../../errors/exit-code.ts';
import { ResolveFailure, TooOld } from '../../errors/resolve-failure.ts';

/** One variable is unavailable, so the command gets none. */
export class VariableFailure extends ResolveFailure {
  override readonly name = 'VariableFailure';
  readonly variable: string;
  readonly secretId: string;
  /** why, in a word of a closed list, which may be told elsewhere */
  readonly reason: PluginFailureReason | ReadProblem;

  constructor(entry: SetEntry, cause: unknown) {
    const { exitCode: code, message } = meaningOf(cause, entry);
    super(code, message, { cause });
    this.variable = entry.environmentVariable;
    this.secretId = entry.secretId;
    this.reason = reasonOf(cause);
  }
}

/** Reasons that may stay for ever: the vault, its address or our access to it is gone. */
const lasting: ReadonlySet<PluginFailureReason> = new Set<PluginFailureReason>([
  ...(['unreachable', 'timed-out', 'certificate', 'redirected', 'sealed', 'standby', 'not-initialized'] as const),
  ...(['unavailable', 'not-authenticated', 'not-permitted', 'wrong-engine', 'unexpected-answer', 'threw'] as const),
  'not-in-egress',
]);

const wayOut = ({ reason }: PluginFailure): string =>
  lasting.has(reason) ? '; if that stays so, delete the secret with ?leave=true, which does not ask the vault' : '';

const reasonOf = (cause: unknown): PluginFailureReason | ReadProblem => {
  if (cause instanceof TooOld) return reasonOf(cause.cause);
  if (cause instanceof PluginFailure) return cause.reason;
  if (cause instanceof SecretNotFoundError) return 'not-found';
  if (cause instanceof SealingError) return cause.code === 'NO_KEY' ? 'not-sealed' : 'record';
  if (cause instanceof PluginModuleError) return 'module';
  if (cause instanceof IsolationError) return 'isolation';
  if (cause instanceof ConfigurationError) return 'configuration';
  return 'other';
};

interface Meaning {
  readonly exitCode: FailureExitCode;
  readonly message: string;
}

/** Only our own text: a message from a plugin or a parser may quote a value. */
const meaningOf = (cause: unknown, entry: SetEntry): Meaning => {
  const { providerId, reference: isReference } = entry;
  if (cause instanceof TooOld) {
    const { exitCode: code, message } = meaningOf(cause.cause, entry);
    return { exitCode: code, message: `${message}; ${cause.message}` };
  }
  if (cause instanceof ResolveFailure) return cause;
  if (cause instanceof SealingError) {
    return {
      exitCode: exitCode.unavailable,
      message:
        cause.code === 'NO_KEY'
          ? "it is not sealed for this worker's pool yet: a worker that can open it does that while it is online, so try again"
          : `its sealed record is refused: ${cause.message}`,
    };
  }
  if (cause instanceof PluginFailure)
    return {
      exitCode: exitCode.unavailable,
      message: `provider ${providerId} failed: ${cause.message}${wayOut(cause)}`,
    };
  if (cause instanceof PluginModuleError) {
    return {
      exitCode: exitCode.unavailable,
      message: `the module of provider ${providerId} is refused: ${cause.message}`,
    };
  }
  if (cause instanceof IsolationError) return { exitCode: exitCode.configuration, message: cause.message };
  if (cause instanceof SecretNotFoundError) {
    return {
      exitCode: exitCode.unavailable,
      message: isReference
        ? `provider ${providerId} finds nothing there: create it in the vault, or point the secret elsewhere`
        : `provider ${providerId} no longer holds it: save its value again, or delete the secret and create it again`,
    };
  }
  if (cause instanceof ConfigurationError)
    return { exitCode: exitCode.configuration, message: `provider ${providerId}: ${cause.message}` };
  return {
    exitCode: exitCode.unavailable,
    message: `provider ${providerId} could not be read: see the worker's log for the cause`,
  };
};
