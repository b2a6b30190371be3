import { afterAll, vi } from 'vitest';

// vitest restores spies after each file, but neither its clock nor the environment, which the next file of the process would get
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});
