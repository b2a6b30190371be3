export { conformanceChecks } from './conformance-checks.ts';
export type { Capability, ConformanceCheck, ConformanceOutcome, ConformanceSubject } from './conformance-check.ts';
export { MemorySecretProvider, MemorySecretProviderFactory, type MemoryVault } from './memory-secret-provider.ts';
