'use client';
import { Button, Stack } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { CopyableCode, TextWithCode } from '@secret-store/ui';
import { FirstStepRow } from './first-step-row.tsx';

interface RecoveryFileStepProps {
  readonly isDone: boolean;
  readonly confirm: UseMutationResult<unknown, unknown, void>;
}

/** The store has no right to its folder: only the administrator knows where the file is. */
export const RecoveryFileStep = ({ isDone, confirm }: RecoveryFileStepProps) => (
  <FirstStepRow
    title="Take the recovery file away"
    isDone={isDone}
    action={
      <Button variant="default" size="xs" loading={confirm.isPending} onClick={() => confirm.mutate()}>
        I’ve taken it away
      </Button>
    }
  >
    <Stack gap={8}>
      <span>It can decrypt what this store keeps, and it is the only way back after all workers are lost.</span>
      <span>
        <TextWithCode text="Move it from the data directory on the server (`.secret-store` unless you set another) to a safe place, offline:" />
      </span>
      <CopyableCode
        what="the command that moves the file"
        code="mv .secret-store/recovery/recovery-file.json SAFE_PLACE"
      />
    </Stack>
  </FirstStepRow>
);
