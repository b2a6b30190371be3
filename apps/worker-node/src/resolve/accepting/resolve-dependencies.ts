import type { KeyObject } from 'node:crypto';
import type { PluginRegistry } from '@secret-store/plugin-host';
import type { Logger } from 'pino';
import type { BackendClient } from '../../backend/backend-client.ts';
import type { HeldDeliveries } from '../../cache/held-deliveries.ts';
import type { PluginValueCache } from '../../cache/plugin-value-cache.ts';
import type { VouchedDeliveries } from '../../cache/vouched-deliveries.ts';
import type { ConfirmedTimes } from '../../last-known-good/confirmed-times.ts';
import type { KnownGoodFiles } from '../../last-known-good/known-good-files.ts';
import type { WorkerKeys } from '../../keys/read-worker-keys.ts';
import type { HighWaterMarks } from '../../state/high-water-marks.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import type { ProviderTurns } from '../../configuration/provider-turns.ts';

export interface ResolveDependencies {
  readonly backend: Pick<BackendClient, 'delivery' | 'module'>;
  readonly keys: WorkerKeys;
  readonly trustedKeys: readonly KeyObject[];
  readonly marks: HighWaterMarks;
  readonly plugins: Pick<PluginRegistry, 'provider'>;
  readonly held: HeldDeliveries<AcceptedDelivery>;
  readonly vouched: VouchedDeliveries;
  readonly cache: PluginValueCache;
  readonly times: ConfirmedTimes;
  readonly knownGood: KnownGoodFiles;
  readonly turns: ProviderTurns;
  readonly log: Logger;
  /** for tests */
  readonly now?: () => number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}
