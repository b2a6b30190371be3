import type { VaultProblem } from '@secret-store/provider-sdk';
import { maximumValueBytes, type ValueFault } from '../protocol/value-fault.ts';

/** Why a call on a plugin failed. A closed list: a plugin's own words never leave its process. */
export type PluginFailureReason =
  | VaultProblem
  | ValueFault
  | 'threw'
  | 'ended'
  | 'bad-frame'
  | 'bad-return'
  | 'reveals-value'
  | 'flooded-log'
  | 'factory-missing'
  | 'not-started'
  | 'backing-off'
  | 'too-busy'
  | 'stopping'
  | 'closed';

/** Each reason in words. */
export const pluginFailureWords: Readonly<Record<PluginFailureReason, string>> = {
  threw: 'the plugin reported an error; check its vault and its configuration',
  'timed-out': 'it did not answer in time; check that the vault is up, then try again',
  unreachable:
    'the vault cannot be reached; check the address and that the network allows connections from this machine',
  'not-in-egress':
    'the plugin tried to reach a destination that its manifest does not list under "egress", which was refused; check that the configured address is the one the vault itself uses, or ask the author of the plugin to list the destination',
  certificate:
    'the certificate of the vault, or the one sent to it, is not accepted; check the CA certificate and the client certificate',
  redirected: 'the vault answered with a redirect, which is not followed; enter the address that it redirects to',
  sealed: 'the vault is sealed; unseal it',
  standby: 'this vault server is a standby; enter the address of the active server or of a load balancer',
  'not-initialized': 'the vault is not initialized; initialize and unseal it',
  throttled: 'the vault limits the number of requests; try again later, or raise its limit',
  unavailable: 'the vault reported an internal error; check its log, then try again',
  'not-authenticated': 'the vault rejected the credentials; check that they are valid and not expired',
  'not-permitted':
    'the vault denied access; the path may not exist, or the policy of the credentials does not allow it',
  'wrong-engine': 'the configured path is not a secret store that this provider supports; check the path',
  conflict: 'someone else changed this secret at the same time, or its name is taken in the vault; try again',
  'too-large': 'what is stored there is larger than the vault or the store allows; shorten it',
  disabled: 'the secret is disabled in the vault; enable it there',
  expired: 'the secret has expired in the vault or is not valid yet; extend it there, or set a new value',
  'soft-deleted': 'the secret was deleted in the vault but can be recovered; recover or purge it there',
  'unexpected-answer':
    'the vault gave an answer that the plugin does not understand; check that the address belongs to the vault',
  ended: "the plugin's process ended during the call",
  'bad-frame': 'the plugin broke the protocol and was stopped',
  'bad-return': 'the plugin returned a value of the wrong type. This is a bug in the plugin; report it to its author',
  'value-too-large': 'the value is larger than 65,536 bytes; store a shorter one in the vault',
  'value-empty': 'the value is empty; store another one in the vault',
  'value-with-zero':
    'the value contains U+0000, which no environment variable can hold; store another one in the vault',
  'value-not-unicode': 'the value is not valid Unicode text; store another one in the vault',
  'value-not-text':
    'the vault holds something other than text, such as a number or an object; store text in its place, such as "5" for 5',
  'reveals-value':
    'the plugin put the value into an identifier, which was refused. This is a bug in the plugin; report it to its author',
  'flooded-log': 'the plugin wrote too much to its log and was stopped',
  'factory-missing':
    'the module does not export its factory class. This is a bug in the plugin; report it to its author',
  'not-started': 'the plugin could not be started',
  'backing-off': 'the plugin failed several times in a row; it restarts after a pause',
  'too-busy': 'too many calls are waiting for the plugin; try again',
  stopping: 'the plugin takes no more calls, because one took too long; it ends with the calls that it has',
  closed: 'the plugin was stopped',
};

/** A call on a plugin failed for a reason that is not one of the interface's own errors. */
export class PluginFailure extends Error {
  override readonly name = 'PluginFailure';
  readonly code = 'PLUGIN_FAILED';
  readonly timedOut: boolean;

  constructor(
    readonly reason: PluginFailureReason,
    options?: ErrorOptions,
    message = pluginFailureWords[reason],
  ) {
    super(message, options);
    this.timedOut = reason === 'timed-out';
  }
}

/** What a vault holds and cannot be delivered. @param bytes its length in UTF-8 */
export const valueFailure = (fault: ValueFault, bytes: number | undefined): PluginFailure =>
  fault === 'value-too-large' && bytes !== undefined
    ? new PluginFailure(
        fault,
        {},
        `the value has ${grouped(bytes)} bytes, more than ${grouped(maximumValueBytes)}; store a shorter one in the vault`,
      )
    : new PluginFailure(fault);

const grouped = (count: number): string => count.toLocaleString('en');
