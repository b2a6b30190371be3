/** Why a call on a plugin failed. A closed list: a plugin's own words never leave its process. */
export type PluginFailureReason =
  | 'threw'
  | 'timed-out'
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
  'timed-out': 'the plugin did not answer in time and was ended; look whether its vault answers',
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
