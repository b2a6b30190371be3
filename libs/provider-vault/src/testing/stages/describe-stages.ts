import { afterAll, beforeAll, describe, test } from 'vitest';
import { fakeStage } from './fake-stage.ts';
import { liveServer, liveStage } from './live-stage.ts';
import type { VaultStage } from './vault-stage.ts';

/** Runs the same tests on the fake server and, where the environment names one, on a real one. */
export const describeStages = (name: string, tests: (stage: () => VaultStage) => void): void => {
  describeStage(`${name}, on a fake server`, fakeStage, tests);
  const server = liveServer(process.env);
  if (server) {
    describeStage(`${name}, on the server at TEST_VAULT_ADDR`, () => liveStage(server), tests);
  } else {
    describe(`${name}, on a real server`, () => {
      test.skip('set TEST_VAULT_ADDR and TEST_VAULT_TOKEN to run the suite on it', () => undefined);
    });
  }
};

const describeStage = (
  name: string,
  open: () => Promise<VaultStage>,
  tests: (stage: () => VaultStage) => void,
): void => {
  describe(name, () => {
    let stage: VaultStage;
    beforeAll(async () => {
      stage = await open();
    });
    afterAll(() => stage.close());
    tests(() => stage);
  });
};
