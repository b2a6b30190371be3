import type { FakeAnswer } from './fake-answer.ts';

export type FakeState = 'active' | 'sealed' | 'uninitialized' | 'standby';

const healthStatuses: Record<FakeState, number> = { active: 200, standby: 429, uninitialized: 501, sealed: 503 };

export const healthAnswer = (state: FakeState): FakeAnswer => {
  const isOpen = state === 'active' || state === 'standby';
  return {
    status: healthStatuses[state],
    body: {
      initialized: state !== 'uninitialized',
      sealed: !isOpen,
      standby: state !== 'active',
      performance_standby: false,
      replication_performance_mode: isOpen ? 'disabled' : 'unknown',
      replication_dr_mode: isOpen ? 'disabled' : 'unknown',
      server_time_utc: Math.floor(Date.now() / 1_000),
      version: '2.5.5',
      ...(isOpen && { cluster_name: 'fake', cluster_id: '00000000-0000-0000-0000-000000000000' }),
    },
  };
};

/** How an inactive server answers everything else; a standby knows the address of the active one. */
export const refusalOf = (state: FakeState, target: string, activeAddress: string): FakeAnswer | undefined => {
  if (state === 'active') return undefined;
  if (state === 'standby') return { status: 307, headers: { Location: `${activeAddress}${target}` } };
  return { status: 503, body: { errors: ['Vault is sealed'] } };
};
