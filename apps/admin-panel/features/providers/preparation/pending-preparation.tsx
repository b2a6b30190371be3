'use client';
import { Box } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { Preparation } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { PreparationPanel } from './preparation-panel.tsx';
import { progressOf } from './preparation-progress.ts';
import { usePreparation } from './use-preparation.ts';

interface PendingPreparationProps {
  readonly preparation: Preparation;
  readonly hasActive: boolean;
  /** it became active, by a retry here or by the store itself */
  readonly onActive: () => Promise<void>;
  readonly onChangeConfiguration: () => void;
}

/** A preparation that started before this page was opened and has not become active. */
export const PendingPreparation = ({
  preparation: initial,
  hasActive,
  onActive,
  onChangeConfiguration,
}: PendingPreparationProps) => {
  const trpc = useTRPC();
  const { providerId } = initial;
  const retry = useMutation(
    trpc.providers.retryPreparation.mutationOptions({
      onError: (error) => notifyFailure('Couldn’t try again', failureOf(error)),
      onSettled: () => preparation.refetch(),
    }),
  );
  const preparation = usePreparation({ providerId, isOutstanding: retry.isPending });
  const found = preparation.data === undefined ? initial : preparation.data;
  const progress = progressOf(found, { percent: null, result: null });
  const isActive = found === null || found.state === 'active';

  const tell = useEffectEvent(() => {
    notifySuccess('Module active', `${initial.moduleName ?? 'The module'} is active.`);
    void onActive();
  });
  useEffect(() => {
    if (isActive) tell();
  }, [isActive]);

  if (isActive) return null;
  return (
    <Box mb="xl">
      <PreparationPanel
        progress={progress}
        what={initial.moduleName ?? 'the new configuration'}
        hasActive={hasActive}
        isRetrying={retry.isPending}
        onRetry={() => retry.mutate({ providerId })}
        onChangeConfiguration={onChangeConfiguration}
      />
    </Box>
  );
};
