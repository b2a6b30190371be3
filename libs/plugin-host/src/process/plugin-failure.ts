import type { VaultProblem } from '@secret-store/provider-sdk';

/** Why a call on a plugin failed. A closed list: a plugin's own words never leave its process. */
export type PluginFailureReason =
  | VaultProblem
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
  | 'closed';

const explanations: Record<PluginFailureReason, string> = {
  threw: 'the plugin reported an error; look at its vault and its configuration',
  'timed-out': 'it did not answer in time; look whether the vault answers, and how fast',
  unreachable: 'the vault cannot be reached; check its address, and whether the network lets this machine through to it',
  certificate: 'the certificate of the vault, or the one shown to it, is not accepted; give the authority or the certificate that belongs to it',
  redirected: 'the vault answers with a redirect, which is not followed; give the address that it redirects to',
  sealed: 'the vault is sealed; unseal it',
  standby: 'this server of the vault is a standby; give the address of the active one, or of a load balancer that finds it',
  'not-initialized': 'the vault is not initialized; initialize and unseal it',
  throttled: 'the vault asks for fewer requests; try again later, or raise its limit',
  unavailable: 'the vault reports an error of its own; look at its log, and try again',
  'not-authenticated': 'the vault refuses the credentials; give credentials that are valid and not expired',
  'not-permitted': 'the vault does not permit this to the credentials; change their policy, or give others',
  'wrong-engine': 'what is at the configured place is not a store for secrets that this provider knows; check the path',
  conflict: 'somebody else wrote the same secret at the same time, or its name is taken in the vault; try again',
  'too-large': 'the value is larger than the vault takes; shorten it',
  disabled: 'the secret is disabled in the vault; enable it there',
  expired: 'the secret has expired, or is not yet valid, in the vault; extend it there, or give it a new value',
  'soft-deleted': 'the secret was deleted in the vault and can be recovered; recover or purge it there',
  'unexpected-answer': 'the vault gave an answer that the plugin does not understand; check that the address is that of the vault',
  ended: 'the process of the plugin ended during the call',
  'bad-frame': 'the plugin broke the protocol and was ended',
  'bad-return': 'the plugin answered with something of the wrong type; it needs mending by its author',
  'reveals-value': 'the plugin put the value into an identifier, which was refused; it needs mending by its author',
  'flooded-log': 'the plugin wrote too much to its log and was ended',
  'factory-missing': 'the module does not export its factory class; it needs mending by its author',
  'not-started': 'the plugin could not be started',
  'backing-off': 'the plugin failed several times in a row; it is started again after a pause',
  'too-busy': 'too many calls wait for the plugin; try again',
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
  ) {
    super(explanations[reason], options);
    this.timedOut = reason === 'timed-out';
  }
}
