'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useState } from 'react';
import type { ModuleUploadResult, ProviderInfo } from '@secret-store/api/schemas';
import { failureOf, type Failure } from '@/api/failure.ts';
import { progressOf } from '@/features/providers/preparation/preparation-progress.ts';
import { usePreparation } from '@/features/providers/preparation/use-preparation.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { saveProvider, type ProviderSaved } from './save-provider.ts';

/** How long the finished steps stay visible. */
const lastLookMilliseconds = 1_500;

type Save = Omit<Parameters<typeof saveProvider>[1], 'provider' | 'onSaved' | 'onBefore' | 'onProgress'>;

interface ProviderSaveEvents {
  /** left out: a new one */
  readonly initial: ProviderInfo | undefined;
  /** called when it is sent, so that the mutation cache never holds a configuration value */
  readonly read: () => Save;
  readonly onStart: () => void;
  readonly onRefused: (failure: Failure) => void;
  /** the steps show the failure; the form can mark the field */
  readonly onFailed: (failure: Failure) => void;
}

interface Answer {
  readonly result: ModuleUploadResult;
  /** the store listed it when it answered; once it is no longer listed, it is active */
  readonly isListed: boolean;
}

const failureOfResult = ({ message, field }: ModuleUploadResult): Failure => ({
  code: null,
  message,
  fields: field === undefined ? {} : { [field]: message },
  reference: null,
});

/** Saves the form, follows the checks that the store runs, and returns to the list once they pass. */
export const useProviderSave = ({ initial, read, onStart, onRefused, onFailed }: ProviderSaveEvents) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const router = useRouter();
  const queryClient = useQueryClient();
  // once it is created, a second try must not create another
  const [provider, setProvider] = useState(initial ?? null);
  const [isFollowing, setFollowing] = useState(false);
  const [hasFile, setHasFile] = useState(false);
  const [before, setBefore] = useState<string | null>(null);
  const [percent, setPercent] = useState<number | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [isFinished, setFinished] = useState(false);

  const settle = async ({ provider: saved, result }: ProviderSaved) => {
    const { data } = await preparation.refetch();
    setAnswer(result && { result, isListed: Boolean(data) });
    if (result?.state === 'failed') onFailed(failureOfResult(result));
    if (result?.state === 'waiting' || result?.state === 'failed') return;
    await finish(saved);
  };
  const finish = async ({ name, moduleName }: ProviderInfo) => {
    // the list that is opened next has it already
    await queryClient.refetchQueries({ ...trpc.providers.list.queryFilter(), type: 'all' });
    const next = moduleName === null ? ' It can store secrets once its module is uploaded.' : '';
    notifySuccess(initial ? 'Secret provider updated' : 'Secret provider added', `${name} is saved.${next}`);
    setFinished(true);
  };
  const refresh = () => queryClient.invalidateQueries(trpc.providers.pathFilter());

  const save = useMutation({
    mutationFn: () => {
      const sent = read();
      onStart();
      setHasFile(sent.file !== null);
      setAnswer(null);
      setPercent(null);
      setFollowing(true);
      return saveProvider(client, {
        ...sent,
        provider,
        onSaved: setProvider,
        onBefore: setBefore,
        onProgress: setPercent,
      });
    },
    onSuccess: settle,
    onError: async (error) => {
      onRefused(failureOf(error));
      if (provider) await preparation.refetch();
    },
    onSettled: () => {
      setPercent(null);
      void refresh();
    },
  });
  const retry = useMutation({
    mutationFn: async (): Promise<ProviderSaved> => {
      if (!provider) throw new Error('only a provider that was saved is tried again');
      onStart();
      setAnswer(null);
      const result = await client.providers.retryPreparation.mutate({ providerId: provider.id });
      return { provider, result };
    },
    onSuccess: settle,
    onError: (error) => onRefused(failureOf(error)),
    onSettled: refresh,
  });

  const isOutstanding = save.isPending || retry.isPending;
  const preparation = usePreparation({ providerId: isFollowing ? (provider?.id ?? null) : null, isOutstanding });
  const found = preparation.data ?? null;
  const fresh = found?.started === before ? null : found;
  const isOnItsWay = hasFile && isOutstanding;
  const isShown = isFollowing && provider !== null && (isOnItsWay || fresh !== null || answer !== null);
  const progress = isShown ? progressOf(fresh, { percent, result: answer?.result ?? null }) : null;

  // a waiting preparation can become active while the page is open; then the store lists none
  const isWaitOver =
    !isOutstanding &&
    !isFinished &&
    answer?.result.state === 'waiting' &&
    (fresh?.state === 'active' || (found === null && answer.isListed));
  const endWait = useEffectEvent(() => {
    if (provider) void finish(provider);
    void refresh();
  });
  useEffect(() => {
    if (isWaitOver) endWait();
  }, [isWaitOver]);

  const hasSteps = progress !== null;
  useEffect(() => {
    if (!isFinished) return;
    const leave = setTimeout(() => router.push(paths.providers), hasSteps ? lastLookMilliseconds : 0);
    return () => clearTimeout(leave);
  }, [isFinished, hasSteps, router]);

  const error = save.error ?? retry.error;
  return {
    provider,
    progress,
    // what waited for a worker is tested again by itself
    isPending: isOutstanding || isFinished || progress?.state === 'running',
    isRetrying: retry.isPending,
    // where a step failed, the steps show it
    failure: error === null || progress?.state === 'failed' ? null : failureOf(error),
    save: () => save.mutate(),
    retry: () => retry.mutate(),
  };
};
